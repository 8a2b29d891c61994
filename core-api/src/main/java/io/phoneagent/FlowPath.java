// SPDX-License-Identifier: Apache-2.0
package io.phoneagent;

/**
 * The way a flow takes through the network.
 *
 * @param local the phone's own address and port
 * @param mapped how the switch sees it: the firewall's address and port
 * @param remote the assigned endpoint
 */
public record FlowPath(Endpoint local, Endpoint mapped, Endpoint remote) {}
