// SPDX-License-Identifier: Apache-2.0
/**
 * The messages between agent and switch: values, and one reader and one writer of their JSON. No
 * input or output happens here.
 */
@NullMarked
package io.phoneagent.protocol;

import org.jspecify.annotations.NullMarked;
