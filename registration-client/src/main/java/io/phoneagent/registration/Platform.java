// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.registration;

import io.phoneagent.runtime.Loop;
import io.phoneagent.spi.HttpExchange;
import io.phoneagent.spi.IdentityStore;
import io.phoneagent.spi.NetworkBinding;
import java.util.Random;
import java.util.concurrent.Executor;

/**
 * What one agent runs on.
 *
 * @param loop owns its state
 * @param network opens its sockets
 * @param tls the phone's end of its flows under TLS
 * @param http asks its questions
 * @param callbacks runs what the vendor wrote, in order
 * @param store what the device remembers
 * @param random unpredictable for others
 * @param common what it has in common with other agents on the same runtime
 * @param onStopped called on the callbacks' thread when all has been said
 */
record Platform(
    Loop loop,
    NetworkBinding network,
    FlowTls tls,
    HttpExchange http,
    Executor callbacks,
    IdentityStore store,
    Random random,
    Common common,
    Runnable onStopped) {}
