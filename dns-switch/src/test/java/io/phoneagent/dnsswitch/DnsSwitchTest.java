// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.phoneagent.MacAddress;
import io.phoneagent.PhoneAgentException;
import io.phoneagent.PhoneNumber;
import io.phoneagent.Transport;
import io.phoneagent.dnsswitch.account.AccountEditor;
import io.phoneagent.dnsswitch.registry.Arrival;
import io.phoneagent.dnsswitch.registry.FlowPaths;
import io.phoneagent.dnsswitch.registry.VerifiedPath;
import io.phoneagent.protocol.AddressLiteral;
import io.phoneagent.protocol.AssignedEndpoint;
import io.phoneagent.protocol.BasicAuthorization;
import io.phoneagent.protocol.RegistrationPath;
import io.phoneagent.protocol.RegistrationRequest;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The whole registration half over real TLS on loopback. */
class DnsSwitchTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final PhoneNumber NUMBER = new PhoneNumber("+15551230001");
  private static final PhoneNumber OTHER = new PhoneNumber("+15551230002");
  private static final String SECRET = "s3cret";
  private static final String ADDRESSES = "/v1/addresses";
  private static final String PATH = "/v1/registrations/{number}";

  @TempDir private Path data;
  private @Nullable DnsSwitch started;
  private @Nullable HttpClient trusting;
  private boolean defective;
  private String unique = "";

  @BeforeEach
  void start() throws Exception {
    AccountEditor accounts = new AccountEditor(data.resolve("accounts.json"));
    accounts.put(
        List.of(NUMBER, OTHER),
        Optional.of(SECRET),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
    restart();
    trusting = HttpClient.newBuilder().sslContext(trust()).build();
    unique = json(lease("02:00:00:00:01:64", NUMBER).body()).at("/uniqueAddress").asText();
  }

  private void restart() {
    stop();
    started =
        DnsSwitch.start(
            SwitchSettings.builder(data)
                .http(HostPort.toBind("http", "127.0.0.1:0"))
                .signalling(HostPort.toBind("signalling", "127.0.0.1:5060"))
                .advertise(Advertisement.of("198.51.100.1:5070"))
                .build(),
            context -> new Defective(new NoSignalling(context)));
  }

  /** Signalling that fails when the test says so. */
  private final class Defective implements Signalling {
    private final Signalling sound;

    Defective(Signalling sound) {
      this.sound = sound;
    }

    @Override
    public CompletionStage<Map<String, Integer>> gauges() {
      return sound.gauges();
    }

    @Override
    public InetSocketAddress address() {
      return sound.address();
    }

    @Override
    public Optional<AssignedEndpoint> endpointFor(RegistrationRequest request, Arrival arrival) {
      if (defective) {
        throw new IllegalStateException("a defect");
      }
      return sound.endpointFor(request, arrival);
    }

    @Override
    public void close() {
      sound.close();
    }
  }

  @AfterEach
  void stop() {
    if (started != null) {
      started.close();
    }
  }

  private DnsSwitch running() {
    return Optional.ofNullable(started).orElseThrow();
  }

  private SSLContext trust() throws Exception {
    KeyStore authorities = KeyStore.getInstance(KeyStore.getDefaultType());
    authorities.load(null, null);
    try (InputStream pem = Files.newInputStream(data.resolve("ca.pem"))) {
      authorities.setCertificateEntry(
          "ca", CertificateFactory.getInstance("X.509").generateCertificate(pem));
    }
    TrustManagerFactory managers =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    managers.init(authorities);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, managers.getTrustManagers(), null);
    return context;
  }

  private String body(long sequence, String... replace) {
    String json =
        "{\"mac\":\"02:00:00:00:01:64\",\"localAddress\":\"192.168.1.100\","
            + "\"publicAddress\":\"203.0.113.1\",\"uniqueAddress\":\""
            + unique
            + "\","
            + "\"backupNumber\":\"+15551239999\",\"protocol\":\"sip\",\"transport\":\"udp\","
            + "\"bootId\":\"b\",\"sequence\":"
            + sequence
            + ",\"reason\":\"power on\"}";
    for (int i = 0; i < replace.length; i += 2) {
      json = json.replace(replace[i], replace[i + 1]);
    }
    return json;
  }

  private HttpRequest.Builder ask(String path) {
    return HttpRequest.newBuilder(
            URI.create("https://" + AddressLiteral.format(running().httpAddress()) + path))
        .version(HttpClient.Version.HTTP_1_1);
  }

  private HttpRequest.Builder asking(PhoneNumber number, String secret) {
    return ask(RegistrationPath.of(number))
        .header("Authorization", BasicAuthorization.of(NUMBER, secret).header())
        .header("Content-Type", "application/json");
  }

  private HttpResponse<String> get(String path, String proof) throws Exception {
    return send(ask(path).header("Authorization", proof).GET().build());
  }

  private static HttpRequest put(HttpRequest.Builder request, String body) {
    return request.PUT(HttpRequest.BodyPublishers.ofString(body)).build();
  }

  private HttpResponse<String> send(HttpRequest request) throws Exception {
    return Optional.ofNullable(trusting)
        .orElseThrow()
        .send(request, HttpResponse.BodyHandlers.ofString());
  }

  private HttpResponse<String> lease(String mac, PhoneNumber number) throws Exception {
    return post("{\"mac\":\"" + mac + "\",\"number\":\"" + number + "\"}");
  }

  private HttpResponse<String> post(String body) throws Exception {
    return send(
        ask(ADDRESSES)
            .header("Authorization", BasicAuthorization.of(NUMBER, SECRET).header())
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build());
  }

  private HttpResponse<String> register(String body) throws Exception {
    return send(put(asking(NUMBER, SECRET), body));
  }

  private static JsonNode json(String text) {
    try {
      return text.isEmpty() ? MissingNode.getInstance() : JSON.readTree(text);
    } catch (IOException e) {
      throw new AssertionError(text, e);
    }
  }

  /** What a raw request over TLS is answered. */
  private String raw(String request) throws Exception {
    InetSocketAddress address = running().httpAddress();
    try (Socket socket =
        trust().getSocketFactory().createSocket(address.getAddress(), address.getPort())) {
      socket.setSoTimeout(20_000);
      socket.getOutputStream().write(request.getBytes(US_ASCII));
      socket.getOutputStream().flush();
      return new String(socket.getInputStream().readAllBytes(), UTF_8);
    }
  }

  @Test
  void everythingInTheDocumentIsSoAndNothingElse() throws Exception {
    OpenApi document = new OpenApi();
    assertThat(document.checkSchema("RegistrationRequest", json(body(2)))).isEmpty();
    String leasing = "{\"mac\":\"02:00:00:00:01:64\",\"number\":\"+15551230001\"}";
    assertThat(document.checkSchema("AddressRequest", json(leasing))).isEmpty();
    String full = "Connection: close\r\nHost: x\r\n";
    String auth =
        "Authorization: " + BasicAuthorization.of(NUMBER, SECRET).header() + "\r\n" + full;
    String line = " " + RegistrationPath.of(NUMBER) + " HTTP/1.1\r\n";
    check(document, "put", PATH, 200, register(body(2)));
    String key = json(register(body(2)).body()).at("/flow/keyId").asText();
    bind(key, "203.0.113.1:40000");
    check(document, "put", PATH, 200, register(body(3)));
    bind(json(register(body(3)).body()).at("/flow/keyId").asText(), "203.0.113.2:40001");
    check(document, "get", PATH, 200, send(asking(NUMBER, SECRET).GET().build()));
    check(document, "put", PATH, 409, register(body(1)));
    check(document, "put", PATH, 409, register(body(9, "01:64", "01:65")));
    check(document, "put", PATH, 409, register(body(9, unique, "198.18.255.254")));
    check(document, "post", ADDRESSES, 200, lease("02:00:00:00:01:64", NUMBER));
    check(document, "post", ADDRESSES, 409, lease("02:00:00:00:01:65", NUMBER));
    check(document, "post", ADDRESSES, 403, lease("02:00:00:00:01:64", OTHER));
    check(document, "post", ADDRESSES, 400, post("{}"));
    check(document, "post", ADDRESSES, 413, post("{\"mac\":\"" + "0".repeat(17_000) + "\"}"));
    check(document, "put", ADDRESSES, 405, send(put(ask(ADDRESSES), "{}")));
    check(document, "put", PATH, 400, register(body(9, "\"sip\"", "\"h323\"")));
    check(document, "put", PATH, 400, register(body(9, "\"udp\"", "\"tls\"")));
    check(document, "put", PATH, 413, register(body(9, "power", "p".repeat(17_000))));
    check(document, "put", PATH, 403, send(put(asking(OTHER, SECRET), body(1))));
    check(document, "get", PATH, 403, send(asking(OTHER, SECRET).GET().build()));
    check(document, "delete", PATH, 403, send(asking(OTHER, SECRET).DELETE().build()));
    for (String method : List.of("get", "put", "delete")) {
      checkRaw(
          document,
          method,
          PATH,
          401,
          raw(upper(method) + line + full + "Content-Length: 0\r\n\r\n"));
    }
    String to = " " + ADDRESSES + " HTTP/1.1\r\n";
    String typed = "Content-Type: application/json\r\nContent-Length: " + leasing.length();
    checkRaw(
        document, "post", ADDRESSES, 401, raw("POST" + to + full + typed + "\r\n\r\n" + leasing));
    checkRaw(
        document, "post", ADDRESSES, 415, raw("POST" + to + auth + "Content-Length: 2\r\n\r\n{}"));
    checkRaw(document, "post", ADDRESSES, 411, raw("POST" + to + auth + "\r\n"));
    checkRaw(
        document, "post", ADDRESSES, 431, raw("POST" + to + "X: " + "x".repeat(9000) + "\r\n\r\n"));
    checkRaw(document, "put", PATH, 415, raw("PUT" + line + auth + "Content-Length: 2\r\n\r\n{}"));
    checkRaw(document, "put", PATH, 411, raw("PUT" + line + auth + "\r\n"));
    checkRaw(document, "put", PATH, 431, raw("PUT" + line + "X: " + "x".repeat(9000) + "\r\n\r\n"));
    check(
        document,
        "post",
        PATH,
        405,
        send(asking(NUMBER, SECRET).POST(HttpRequest.BodyPublishers.noBody()).build()));
    String contacts = "/v1/contacts/{number}";
    String own = "/v1/contacts/%2B" + NUMBER.e164().substring(1);
    String others = own.replace(NUMBER.e164().substring(1), OTHER.e164().substring(1));
    String proof = BasicAuthorization.of(NUMBER, SECRET).header();
    check(document, "get", contacts, 200, get(own, proof));
    check(document, "get", contacts, 403, get(others, proof));
    checkRaw(document, "get", contacts, 401, raw("GET " + own + " HTTP/1.1\r\n" + full + "\r\n"));
    check(document, "put", contacts, 405, send(put(ask(own), "{}")));
    check(document, "get", "/v1/whoami", 200, send(ask("/v1/whoami").GET().build()));
    check(document, "get", "/health", 200, send(ask("/health").GET().build()));
    check(document, "delete", PATH, 204, send(asking(NUMBER, SECRET).DELETE().build()));
    check(document, "delete", PATH, 204, send(asking(NUMBER, SECRET).DELETE().build()));
    check(document, "get", PATH, 404, send(asking(NUMBER, SECRET).GET().build()));
    defective = true;
    check(document, "put", PATH, 500, register(body(20)));
    running().service().drain();
    check(document, "get", "/health", 503, send(ask("/health").GET().build()));
    check(document, "put", PATH, 503, register(body(21)));
    check(document, "post", ADDRESSES, 503, lease("02:00:00:00:01:64", NUMBER));
    for (int i = 0; i < 10; i++) {
      assertThat(send(put(asking(NUMBER, "wrong"), body(1))).statusCode()).isEqualTo(401);
    }
    check(document, "put", PATH, 429, send(put(asking(NUMBER, "wrong"), body(1))));
    check(document, "post", ADDRESSES, 429, lease("02:00:00:00:01:64", NUMBER));
    TreeSet<String> never =
        new TreeSet<>(
            document.everything(
                "RegistrationRequest",
                "RegistrationAnswer",
                "RegistrationRecord",
                "AddressRequest",
                "AddressAnswer",
                "FlowKey",
                "Previous",
                "Cause",
                "WhoAmI",
                "Health",
                "Problem"));
    never.removeAll(document.seen());
    // Told by a switch whose public address changes only, as this one's does not.
    never.removeAll(Set.of("Health.dns", "Health.publicAddressUnknown"));
    assertThat(never).isEmpty();
  }

  private static String upper(String method) {
    return method.toUpperCase(Locale.ROOT);
  }

  private void bind(String key, String source) {
    running()
        .registry()
        .flowMoved(
            key,
            new FlowPaths(
                Optional.of(
                    new VerifiedPath(
                        AddressLiteral.parseWithPort(source).orElseThrow(),
                        Transport.UDP,
                        Instant.ofEpochMilli(1))),
                Optional.empty(),
                List.of()),
            1,
            "bound");
  }

  private static void check(
      OpenApi document, String method, String path, int status, HttpResponse<String> answer) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    if (status == 429 || status == 503) {
      assertThat(answer.headers().firstValue("Retry-After")).isPresent();
    }
    assertThat(
            document.check(
                method,
                path,
                status,
                answer.headers().firstValue("Content-Type").orElse(""),
                json(answer.body())))
        .isEmpty();
  }

  private static void checkRaw(
      OpenApi document, String method, String path, int status, String answer) {
    assertThat(answer).startsWith("HTTP/1.1 " + status + " ");
    if (status == 401) {
      assertThat(answer).containsIgnoringCase("www-authenticate: Basic realm=\"phoneagent\"");
    }
    String body = answer.substring(answer.indexOf("\r\n\r\n") + 4);
    assertThat(document.check(method, path, status, "application/problem+json", json(body)))
        .isEmpty();
  }

  @Test
  void aRepeatIsAnsweredByteForByteAlsoAfterARestart() throws Exception {
    String first = register(body(5)).body();
    assertThat(json(first).at("/endpoint/address").asText()).isEqualTo("198.51.100.1");
    assertThat(json(first).at("/endpoint/port").asInt()).isEqualTo(5070);
    assertThat(register(body(5)).body()).isEqualTo(first);
    restart();
    assertThat(register(body(5)).body()).isEqualTo(first);
    assertThat(register(body(4)).statusCode()).isEqualTo(409);
    assertThat(running().registry().find(NUMBER).orElseThrow().mac())
        .isEqualTo(MacAddress.of("02:00:00:00:01:64"));
  }

  @Test
  void anUnknownNumberAndAWrongSecretAreTheSame() throws Exception {
    String wrong = send(put(asking(NUMBER, "wrong"), body(1))).body();
    PhoneNumber nobody = new PhoneNumber("+15559999999");
    String unknown =
        send(put(
                ask(RegistrationPath.of(nobody))
                    .header("Authorization", BasicAuthorization.of(nobody, SECRET).header()),
                body(1)))
            .body();
    assertThat(unknown).isEqualTo(wrong);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\r\n\r\n\r\nnot http at all\r\n\r\n",
        "GET /v1/nothing HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
        "GET /v1/registrations/abc HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
        "GET /v1/registrations/%2B1%00 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
        "GET /../../etc/passwd HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
        "PUT /v1/whoami HTTP/1.1\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
        "PUT /health HTTP/1.1\r\nContent-Length: x\r\n\r\n",
        "PUT /health HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        "PUT /health HTTP/1.1\r\nContent-Length: 99999999\r\n\r\n",
        "PUT /health HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
      })
  void badRequestsAreAnsweredWithAProblem(String request) throws Exception {
    assertThat(raw(request))
        .startsWith("HTTP/1.1 4")
        .containsIgnoringCase("application/problem+json")
        .doesNotContain("Exception");
    assertThat(send(ask("/health").GET().build()).statusCode()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"switch.lab.test", "a-b.example.com", "localhost", "SWITCH.Example"})
  void theCertificateIsForWhateverNameAPhoneUses(String name) throws Exception {
    assertThat(alternatives(Optional.of(name))).contains(name.toLowerCase(Locale.ROOT));
  }

  @Test
  void theCertificateIsForAddressesToo() throws Exception {
    assertThat(alternatives(Optional.empty()))
        .contains("127.0.0.1", "0:0:0:0:0:0:0:1", "198.51.100.1", "localhost");
  }

  /** The certificate's names and addresses after a handshake that checks them. */
  private List<String> alternatives(Optional<String> name) throws Exception {
    InetSocketAddress address = running().httpAddress();
    Socket plain = new Socket(address.getAddress(), address.getPort());
    try (SSLSocket socket =
        (SSLSocket)
            trust()
                .getSocketFactory()
                .createSocket(plain, name.orElse("127.0.0.1"), address.getPort(), true)) {
      SSLParameters parameters = socket.getSSLParameters();
      parameters.setEndpointIdentificationAlgorithm("HTTPS");
      name.ifPresent(n -> parameters.setServerNames(List.of(new SNIHostName(n))));
      socket.setSSLParameters(parameters);
      socket.startHandshake();
      X509Certificate leaf = (X509Certificate) socket.getSession().getPeerCertificates()[0];
      List<String> all = new ArrayList<>();
      leaf.getSubjectAlternativeNames().forEach(n -> all.add(String.valueOf(n.get(1))));
      return all;
    }
  }

  @Test
  void manyAtOnceGetOneAnswerEach() throws Exception {
    HttpClient phone = Optional.ofNullable(trusting).orElseThrow();
    List<CompletableFuture<HttpResponse<String>>> all = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      HttpRequest request = put(asking(NUMBER, SECRET), body(7));
      all.add(phone.sendAsync(request, HttpResponse.BodyHandlers.ofString()));
    }
    TreeSet<String> answers = new TreeSet<>();
    for (CompletableFuture<HttpResponse<String>> each : all) {
      assertThat(each.get().statusCode()).isEqualTo(200);
      answers.add(each.get().body());
    }
    assertThat(answers).hasSize(1);
  }

  @Test
  void whatCannotHoldItsDataIsNamed(@TempDir Path elsewhere) throws Exception {
    Path file = Files.writeString(elsewhere.resolve("file"), "this is no folder");
    assertThatThrownBy(() -> begin(file, "127.0.0.1:0"))
        .isInstanceOf(PhoneAgentException.class)
        .hasMessageContaining("data directory " + file + " cannot be made");
    Files.writeString(
        elsewhere.resolve("locations.db"), "this is no store, and longer than a page");
    assertThatThrownBy(() -> begin(elsewhere, "127.0.0.1:0"))
        .isInstanceOf(PhoneAgentException.class)
        .hasMessageContaining("locations.db cannot be opened; if it is damaged, move it away");
  }

  @Test
  void aSecondSwitchOnTheSameDirectoryOrPortIsRefused(@TempDir Path elsewhere) {
    assertThatThrownBy(() -> begin(data, "127.0.0.1:0"))
        .isInstanceOf(PhoneAgentException.class)
        .hasMessageContaining("another switch");
    String taken = AddressLiteral.format(running().httpAddress());
    assertThatThrownBy(() -> begin(elsewhere, taken))
        .isInstanceOf(PhoneAgentException.class)
        .hasMessageContaining(taken)
        .hasMessageContaining("bound");
  }

  private static void begin(Path data, String http) {
    DnsSwitch.start(
            SwitchSettings.builder(data).http(HostPort.toBind("http", http)).build(),
            NoSignalling::new)
        .close();
  }
}
