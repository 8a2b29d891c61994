// SPDX-License-Identifier: Apache-2.0
/** A vendor's firmware as a module: it names the API alone; the rest is found as services. */
module com.example.modular {
  requires io.phoneagent;
}
