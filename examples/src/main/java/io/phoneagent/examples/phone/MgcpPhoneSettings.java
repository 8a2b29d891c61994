// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.examples.phone;

import io.phoneagent.mgcp.NotifiedEntity;
import java.net.InetAddress;
import java.util.Optional;

/**
 * What a telephone with a call agent is told before it starts.
 *
 * @param address the one that it uses
 * @param port its own UDP port; 0 for any that is free
 * @param gateway the name of its gateway
 * @param profile what it speaks beside MGCP 1.0; empty for nothing
 * @param sound what is said; empty for silence
 * @param recordings where what is heard goes; empty for nowhere
 */
record MgcpPhoneSettings(
    NotifiedEntity callAgent,
    InetAddress address,
    int port,
    String gateway,
    String profile,
    Optional<WavSound> sound,
    Optional<RecordingFiles> recordings) {}
