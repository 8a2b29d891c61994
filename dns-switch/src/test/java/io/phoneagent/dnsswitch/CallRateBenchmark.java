// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.DatagramChannel;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * What a call costs our switch, and Kamailio as a stateful proxy: the CPU time of their processes,
 * from /proc, over the calls that they have set up and torn down; and how long an INVITE takes
 * through them. See benchmarks/call-rate.
 */
final class CallRateBenchmark {
  private static final String SECRET = "a secret of some length";
  private static final int NUMBERS = 1_000;
  private static final int AT_ONCE = 32;
  private static final int WARM_UP = 40_000;
  // A transaction is remembered for 32 s, and a switch remembers a hundred thousand.
  private static final int PER_SECOND = 1_000;

  private final int calls;
  private final int rounds;

  private CallRateBenchmark(List<String> words) {
    boolean quick = words.contains("--quick");
    this.calls = RegistrarBenchmark.value(words, "--calls", quick ? 2_000 : 10_000);
    this.rounds = RegistrarBenchmark.value(words, "--rounds", quick ? 3 : 7);
  }

  public static void main(String[] arguments) throws Exception {
    List<String> words = List.of(arguments);
    try (LoadFolder folder = LoadFolder.of(NUMBERS, SECRET);
        DatagramChannel ourTrunk = trunk();
        DatagramChannel theirTrunk = trunk()) {
      int port = ServerProcess.freePort(InetAddress.getLoopbackAddress());
      String peer = "sip:" + CallLoad.address(ourTrunk);
      try (ServerProcess ours =
              ServerProcess.dnsSwitch(
                  words.get(0), folder.path(), "--signalling", "127.0.0.1:0", "--trunk", peer);
          ServerProcess kamailio =
              ServerProcess.kamailio(Path.of(words.get(1)), folder.path(), "PORT=" + port)) {
        int ourPort = ours.awaitPort();
        try (Side our = new Side(ours, ourPort, ourTrunk);
            Side their = new Side(kamailio, port, theirTrunk)) {
          new CallRateBenchmark(words).run(our, their);
        }
      }
    }
  }

  /** At another address than the phones have: a switch takes all from there for the trunk's. */
  private static DatagramChannel trunk() throws IOException {
    return DatagramChannel.open().bind(new InetSocketAddress("127.0.0.2", 0));
  }

  /** A server with its phones and its trunk. */
  private static final class Side implements AutoCloseable {
    private final ServerProcess server;
    private final RegisterLoad phones;
    private final CallLoad trunk;

    Side(ServerProcess server, int port, DatagramChannel trunk) throws IOException {
      this.server = server;
      this.phones = new RegisterLoad(port, NUMBERS, SECRET, false, false);
      phones.run(NUMBERS, AT_ONCE);
      trunk.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      this.trunk = new CallLoad(phones, NUMBERS, trunk);
    }

    double cost(int calls) throws IOException {
      double before = server.cpuMicros();
      trunk.run(calls, AT_ONCE, PER_SECOND);
      return (server.cpuMicros() - before) / calls;
    }

    /** With one call at a time: nothing waits for another. */
    double passing(int calls) throws IOException {
      trunk.run(calls, 1, PER_SECOND);
      return trunk.medianPassingMicros();
    }

    @Override
    public void close() throws IOException {
      trunk.close();
      phones.close();
    }
  }

  private void run(Side our, Side their) throws IOException {
    our.trunk.run(WARM_UP, AT_ONCE, PER_SECOND);
    their.trunk.run(calls, AT_ONCE, PER_SECOND);
    double[] mine = new double[rounds];
    double[] theirs = new double[rounds];
    double[] ratios = new double[rounds];
    double[] passing = new double[rounds];
    double[] theirPassing = new double[rounds];
    for (int i = 0; i < rounds; i++) {
      mine[i] = our.cost(calls);
      theirs[i] = their.cost(calls);
      ratios[i] = mine[i] / theirs[i];
      passing[i] = our.passing(calls / 5);
      theirPassing[i] = their.passing(calls / 5);
    }
    System.out.printf(
        Locale.ROOT,
        "%d rounds of %d calls: INVITE, 180, 200, ACK, BYE, 200 at each end%n%n",
        rounds,
        calls);
    print("CPU per call, ours, us", mine);
    print("CPU per call, Kamailio, us", theirs);
    print("ratio", ratios);
    print("INVITE in to out, ours, us", passing);
    print("INVITE in to out, Kamailio, us", theirPassing);
    System.out.printf(
        Locale.ROOT,
        "calls a second of CPU: ours %.0f, Kamailio %.0f%n",
        1e6 / mine[rounds / 2],
        1e6 / theirs[rounds / 2]);
  }

  /** Sorts them, too. */
  private static void print(String name, double[] figures) {
    Arrays.sort(figures);
    System.out.printf(
        Locale.ROOT,
        "%-32s median %8.2f (%.2f to %.2f)%n",
        name,
        figures[figures.length / 2],
        figures[0],
        figures[figures.length - 1]);
  }
}
