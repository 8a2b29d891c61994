// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.lab;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;

/**
 * A test that waits most of its time, for leases to run out or for people to talk, and has no bound
 * below a second: several such classes run at once, each in a process and a lab of its own, so that
 * a build need not wait for one after the other.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Tag("side-by-side")
public @interface SideBySide {}
