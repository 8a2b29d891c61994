// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.registration;

import io.phoneagent.Call;
import io.phoneagent.CallTarget;
import io.phoneagent.MediaDescription;
import java.nio.ByteBuffer;

/** What a line and its switch say to each other over the line's flow. On the loop. */
interface LineSignalling {

  /** The line is registered so from now on. */
  void assigned(Grant grant);

  /** Something has come over the flow that is not the flow's own. */
  void received(ByteBuffer message);

  /** The flow is open, or runs another way now. */
  void flowMoved();

  /** Whether a call is under way. */
  boolean inProgress();

  /** Ends all calls. */
  void hangUp();

  /** Calls somebody; on any thread. */
  Call call(CallTarget target, MediaDescription offer);
}
