// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.spi;

/** The code behind {@link PublicAddressProbe#httpGet}; found as a service. */
public interface HttpProbes {

  /** A probe of this target; an empty pattern searches for the only public address in the page. */
  PublicAddressProbe get(String target, String pattern);
}
