// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.registration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.phoneagent.AgentListener;
import io.phoneagent.AgentStatus;
import io.phoneagent.Assignment;
import io.phoneagent.Call;
import io.phoneagent.CallTarget;
import io.phoneagent.InvalidSettingException;
import io.phoneagent.Line;
import io.phoneagent.LineName;
import io.phoneagent.MediaDescription;
import io.phoneagent.PublicAddress;
import io.phoneagent.ReregistrationSchedule;
import io.phoneagent.Transport;
import io.phoneagent.UserName;
import io.phoneagent.nat.FirewallSources;
import io.phoneagent.sip.CallRequest;
import io.phoneagent.sip.IncomingRefer;
import io.phoneagent.sip.NameAddr;
import io.phoneagent.sip.SessionListener;
import io.phoneagent.sip.SipRequest;
import io.phoneagent.sip.SipSession;
import io.phoneagent.sip.Uri;
import io.phoneagent.spi.AgentConfiguration;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** An extension of a PBX: a line with a registrar of others that has no number. */
class ExtensionLifeTest {
  private static final String DOMAIN = "198.51.100.7";

  private final PhoneOnVirtualTime world = new PhoneOnVirtualTime();
  private final List<LineName> registered = new ArrayList<>();
  private final List<Call> calls = new ArrayList<>();
  private final List<String> referred = new ArrayList<>();
  private VirtualRegistrar registrar;
  private RunningAgent agent;

  @BeforeEach
  void register() throws IOException {
    registrar = new VirtualRegistrar(world.time, world.network.host(DOMAIN));
    agent = agent();
    agent.start();
    world.advance(3_000);
    assertThat(agent.status()).isEqualTo(AgentStatus.REACHABLE);
  }

  private RunningAgent agent() {
    return world.agent(
        world
            .registering(Line.extension("1001").secret(VirtualRegistrar.PASSWORD), DOMAIN)
            .probe(new FirewallSources().get("/ip", ""))
            .schedule(ReregistrationSchedule.checkEvery(Duration.ofSeconds(1)))
            .callHandler(calls::add)
            .listener(new Events()));
  }

  private final class Events implements AgentListener {
    @Override
    public void registered(
        LineName line, Assignment given, Optional<PublicAddress> address, String cause) {
      registered.add(line);
    }

    @Override
    public Optional<MediaDescription> callReferred(Call call, Call next, String cause) {
      referred.add(next.to());
      return Optional.empty();
    }
  }

  private Call call(String target) {
    return agent.line("1001").call(target, Samples.MEDIA);
  }

  @Test
  void itIsKnownByItsAddressOfRecord() {
    SipRequest register = registrar.accepted().get(0);
    assertThat(register.to().uri().text()).isEqualTo("sip:1001@198.51.100.7");
    assertThat(register.contact().orElseThrow().uri().text()).startsWith("sip:1001@192.168.1.100:");
    assertThat(registered).containsExactly(new UserName("1001"));
    assertThat(agent.line("1001").name()).isEqualTo(new UserName("1001"));
    assertThatThrownBy(() -> agent.line("1002")).isInstanceOf(InvalidSettingException.class);
  }

  @ParameterizedTest
  @CsvSource({
    "1002, sip:1002@198.51.100.7, 1002",
    "*97, sip:*97@198.51.100.7, *97",
    "#21#, sip:%2321%23@198.51.100.7, #21#",
    "anna, sip:anna@198.51.100.7, anna",
    "anna%40home, sip:anna%40home@198.51.100.7, anna%40home",
    "+1 555 1230002, sip:+15551230002@198.51.100.7, +15551230002",
    "sip:1002@198.51.100.7, sip:1002@198.51.100.7, sip:1002@198.51.100.7",
    "sip:1002@pbx.example.com, sip:1002@pbx.example.com, sip:1002@pbx.example.com",
    "sip:bob@other.example.org:5070, sip:bob@other.example.org:5070, sip:bob@other.example.org:5070"
  })
  void itCallsUsersOfTheRegistrarAndOthersThroughIt(String target, String uri, String told) {
    Call call = call(target);
    world.advance(300);
    SipSession session = registrar.incoming().get(0);
    assertThat(session.invite().orElseThrow().uriText()).isEqualTo(uri);
    assertThat(session.to().uri().text()).isEqualTo(uri);
    assertThat(session.from().uri().text()).isEqualTo("sip:1001@198.51.100.7");
    assertThat(call.from()).isEqualTo("1001");
    assertThat(call.to()).isEqualTo(told);
  }

  @ParameterizedTest
  @ValueSource(strings = {"1002\r\nVia: x", "1002%0D%0AVia: x", "10 02", "sips:1002@a.example", ""})
  void whatIsNobodyIsNeitherCalledNorTransferredTo(String target) {
    assertThatThrownBy(() -> call(target)).isInstanceOf(InvalidSettingException.class);
    Call call = call("1002");
    assertThatThrownBy(() -> call.transfer(target)).isInstanceOf(InvalidSettingException.class);
  }

  @Test
  void aPortOfTheRegistrarBelongsToItsDomain() {
    RegistrarTarget target =
        RegistrarTarget.of(URI.create("sip:pbx.example.com:5070"), Transport.UDP);
    assertThat(RegistrarSide.uri(CallTarget.of("1002"), target).text())
        .isEqualTo("sip:1002@pbx.example.com:5070");
    assertThat(RegistrarSide.uri(CallTarget.of("sip:1002@PBX.example.com"), target).text())
        .isEqualTo("sip:1002@pbx.example.com:5070");
    assertThat(RegistrarSide.uri(CallTarget.of("sip:1002@pbx.example.com:5060"), target).text())
        .isEqualTo("sip:1002@pbx.example.com:5060");
    assertThat(RegistrarSide.uri(CallTarget.of("sip:1002@other.example"), target).text())
        .isEqualTo("sip:1002@other.example");
  }

  private SipSession ring(String from, List<IncomingRefer> refers) {
    SipSession session =
        registrar
            .userAgent()
            .call(
                CallRequest.to(Uri.of("sip:1001@192.168.1.100"), NameAddr.of(Uri.of(from)))
                    .sdp(Samples.sdp()),
                registrar.way(),
                new SessionListener() {
                  @Override
                  public void onRefer(SipSession referring, IncomingRefer refer) {
                    refers.add(refer);
                    refer.accept();
                  }
                });
    world.advance(300);
    return session;
  }

  @ParameterizedTest
  @CsvSource({
    "sip:1002@198.51.100.7, 1002",
    "sip:1002@198.51.100.7:5070, 1002",
    "sip:1002@10.0.0.9, 1002",
    "sip:anna@198.51.100.7;transport=tcp, anna",
    "sip:%2A97@198.51.100.7, *97",
    "sip:+15551230002@other.example.org, +15551230002",
    "sip:bob@other.example.org;transport=tcp, sip:bob@other.example.org",
    "sip:a%0D%0Ab@198.51.100.7, sip:a%0D%0Ab@198.51.100.7",
    "sip:a%40b@198.51.100.7, sip:a%40b@198.51.100.7",
    "sip:other.example.org, sip:other.example.org",
    "tel:1002, tel:1002"
  })
  void itIsToldWhoCalls(String from, String told) {
    ring(from, new ArrayList<>());
    assertThat(calls.get(0).from()).isEqualTo(told);
    assertThat(calls.get(0).to()).isEqualTo("1001");
  }

  @ParameterizedTest
  @CsvSource({
    "1003, sip:1003@198.51.100.7",
    "sip:bob@other.example.org, sip:bob@other.example.org",
    "+1 555 1230003, sip:+15551230003@198.51.100.7"
  })
  void itTransfersToUsersOfTheRegistrarAndToOthers(String target, String uri) {
    List<IncomingRefer> refers = new ArrayList<>();
    ring("sip:1002@198.51.100.7", refers);
    calls.get(0).answer(Samples.MEDIA);
    world.advance(300);
    calls.get(0).transfer(target);
    world.advance(300);
    assertThat(refers.get(0).referTo().target().text()).isEqualTo(uri);
    assertThat(refers.get(0).referTo().replaces()).isEmpty();
  }

  @Test
  void itJoinsTwoExtensionsByTheAddressesThatTheyHave() {
    List<IncomingRefer> refers = new ArrayList<>();
    ring("sip:1002@198.51.100.7", refers);
    calls.get(0).answer(Samples.MEDIA);
    Call second = call("sip:bob@other.example.org");
    world.advance(300);
    registrar.incoming().get(0).answer(Samples.sdp());
    world.advance(300);
    calls.get(0).transfer(second);
    world.advance(300);
    assertThat(refers.get(0).referTo().target().text()).isEqualTo("sip:bob@other.example.org");
    assertThat(refers.get(0).referTo().replaces()).isPresent();
  }

  private void refused(String told, Line... lines) {
    AgentConfiguration.Builder builder =
        AgentConfiguration.builder(new FixedAddress())
            .registrars(List.of(URI.create("sip:" + DOMAIN)));
    for (Line line : lines) {
      builder.line(line.secret("hush"));
    }
    assertThatThrownBy(builder::build)
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageContaining(told);
  }

  @Test
  void linesThatARegistrarCannotTellApartAreRefused() {
    refused(
        "the lines +15551230001 and 1001 are both 1001 at the registrar",
        Line.number("+15551230001").user("1001"),
        Line.extension("1001"));
    refused("are both 7", Line.extension("1001").user("7"), Line.extension("1002").user("7"));
    refused("are both +15551230001", Line.number("+15551230001"), Line.number("+15551230001"));
  }

  @Test
  void aBackupThatNobodyWouldCallIsRefused() {
    refused("only a DNS switch calls", Line.extension("1001").backup("+15551239999"));
    refused("only a DNS switch calls", Line.number("+15551230001").backup("+15551239999"));
  }

  @Test
  void aSwitchKnowsNoExtensions() {
    assertThatThrownBy(
            () -> world.builder(new FixedAddress(), Line.extension("1001").secret("hush")).build())
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageContaining("1001 has no number");
    assertThatThrownBy(() -> Line.extension("+15551230001"))
        .isInstanceOf(InvalidSettingException.class);
    assertThatThrownBy(() -> Line.extension("10\r\n01"))
        .isInstanceOf(InvalidSettingException.class);
  }
}
