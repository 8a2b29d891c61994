// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.examples.phone;

import io.phoneagent.InvalidSettingException;
import io.phoneagent.spi.NetworkBinding;
import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** The program {@code phone}. Exit codes: 0 done, 1 failed, 2 wrong arguments. */
@Command(
    name = "phone",
    mixinStandardHelpOptions = true,
    version = "phone 0.1.0-SNAPSHOT",
    sortOptions = false,
    description = {
      "A telephone: events on standard output, one JSON object a line; commands on standard input:"
          + " call N, answer, hangup, hold, resume, digits 123#, transfer N, explain, quit; with"
          + " --protocol mgcp offhook, digits 123, flash, onhook.",
      "quit takes the registration and a leased address back. SIGTERM keeps both, for a phone that"
          + " starts again."
    })
public final class PhoneCommand implements Callable<Integer> {
  @Mixin private PhoneOptions options = new PhoneOptions();

  private final InputStream commands;
  private final OutputStream events;
  private final Optional<NetworkBinding> network;

  PhoneCommand(InputStream commands, OutputStream events, Optional<NetworkBinding> network) {
    this.commands = commands;
    this.events = events;
    this.network = network;
  }

  /** Runs the program and exits. */
  public static void main(String[] args) {
    System.exit(run(Optional.empty(), args));
  }

  /**
   * Runs the program on the process's own input and output.
   *
   * @param network how all its sockets are opened; empty for the system's way
   * @return its exit code, once it has ended
   */
  public static int run(Optional<NetworkBinding> network, String... args) {
    PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
    // Past System.out, which hides when nobody reads any more.
    OutputStream out = new FileOutputStream(FileDescriptor.out);
    return run(new PhoneCommand(System.in, out, network), out, err, args);
  }

  /** Runs the program; returns its exit code once it has ended. */
  static int run(InputStream in, OutputStream out, PrintWriter err, String... args) {
    return run(new PhoneCommand(in, out, Optional.empty()), out, err, args);
  }

  private static int run(PhoneCommand phone, OutputStream out, PrintWriter err, String... args) {
    return new CommandLine(phone)
        .setOut(new PrintWriter(out, true, StandardCharsets.UTF_8))
        .setErr(err)
        .setExecutionExceptionHandler(
            (failure, command, parsed) -> {
              err.println("phone: " + WrongFlag.told(failure, command));
              return failure instanceof InvalidSettingException ? 2 : 1;
            })
        .setParameterExceptionHandler(new WrongFlag("phone", err))
        .execute(args);
  }

  @Override
  public Integer call() throws InterruptedException {
    Telephone phone =
        options.hasCallAgent()
            ? MgcpPhone.start(options.callAgentSettings(), network, events)
            : options.hasHandset()
                ? AnalogPhone.start(options.settings(), network, events)
                : Phone.start(options.settings(), network, events);
    AtomicBoolean left = new AtomicBoolean();
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  if (!left.get()) {
                    phone.stop();
                    // A JVM that a signal ends would say 143.
                    Runtime.getRuntime().halt(0);
                  }
                },
                "phone-shutdown"));
    Thread reader = new Thread(() -> read(phone), "phone-commands");
    reader.setDaemon(true);
    reader.start();
    phone.awaitQuit();
    phone.leave();
    left.set(true);
    return 0;
  }

  /** The end of the commands is none: the phone goes on. */
  private void read(Telephone phone) {
    try {
      BufferedReader lines =
          new BufferedReader(new InputStreamReader(commands, StandardCharsets.UTF_8));
      @Nullable String line = lines.readLine();
      while (line != null) {
        phone.perform(line);
        line = lines.readLine();
      }
    } catch (IOException e) {
      phone.perform(""); // as if nothing more were typed
    }
  }
}
