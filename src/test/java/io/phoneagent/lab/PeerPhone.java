// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** SIP phones of others, which register with a SIP registrar and ring when they are called. */
public enum PeerPhone {
  /** As small as ours. */
  BARESIP {
    @Override
    List<String> command(Path folder, Registration registration) {
      file(
          folder,
          "config",
          "module_path /usr/lib/baresip/modules",
          "module g711.so",
          "module_app account.so",
          "module_app menu.so");
      file(
          folder,
          "accounts",
          "<sip:%s@%s;transport=%s>;auth_user=%s;auth_pass=%s;regint=%d;answermode=manual"
              .formatted(
                  registration.account().number(),
                  registration.registrar(),
                  registration.transport(),
                  registration.account().number(),
                  registration.account().secret(),
                  registration.refreshSeconds()));
      return List.of("baresip", "-f", folder.toString());
    }
  },

  /** That of most mobile SIP programs. */
  LINPHONE {
    @Override
    List<String> command(Path folder, Registration registration) {
      directories(folder.resolve(".local/share/linphone")); // or it has no memory, and no calls
      String number = registration.account().number();
      String domain = registration.registrar().substring(0, registration.registrar().indexOf(':'));
      String configuration =
          file(
              folder,
              "linphonerc",
              "[sip]",
              "default_proxy=0",
              "sip_port=-1", // any: two of them may stand on one host
              "sip_tcp_port=-1",
              "[proxy_0]",
              "reg_proxy=<sip:%s;transport=%s>"
                  .formatted(registration.registrar(), registration.transport()),
              "reg_identity=sip:%s@%s".formatted(number, domain),
              "reg_expires=" + registration.refreshSeconds(),
              "reg_sendregister=1",
              "[auth_info_0]",
              "username=" + number,
              "passwd=" + registration.account().secret());
      return List.of(
          "env",
          "HOME=" + folder,
          "linphone-daemon",
          "--config",
          configuration,
          "--disable-stats-events");
    }
  };

  /**
   * Who registers where.
   *
   * @param account the number and what proves it
   * @param registrar ADDRESS:PORT
   * @param transport {@code udp} or {@code tcp}
   * @param refreshSeconds for how long the phone registers each time
   */
  public record Registration(
      Account account, String registrar, String transport, int refreshSeconds) {}

  abstract List<String> command(Path folder, Registration registration);

  /** Starts it on a host of the lab that has an address. */
  public RunningProgram start(Lab lab, String host, Registration registration) {
    String name =
        "%s-%s-%s".formatted(name().toLowerCase(Locale.ROOT), host, registration.transport());
    Path folder = lab.state().resolve(name);
    directories(folder);
    return lab.start(name, host, command(folder, registration));
  }

  private static void directories(Path folder) {
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String file(Path folder, String name, String... lines) {
    try {
      return Files.write(folder.resolve(name), List.of(lines)).toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
