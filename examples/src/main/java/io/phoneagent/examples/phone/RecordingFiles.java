// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.examples.phone;

import java.io.IOException;
import java.nio.file.Path;

/** The files of the calls of one run: {@code a.wav}, then {@code a-2.wav}, {@code a-3.wav}. */
final class RecordingFiles {
  private final Path first;
  private int calls;

  RecordingFiles(Path first) {
    this.first = first;
  }

  /** Begins the next call's file. */
  WavRecording next() throws IOException {
    return WavRecording.create(name(++calls));
  }

  Path name(int call) {
    if (call == 1) {
      return first;
    }
    String name = String.valueOf(first.getFileName());
    int dot = name.lastIndexOf('.');
    String stem = dot <= 0 ? name : name.substring(0, dot);
    return first.resolveSibling(stem + "-" + call + name.substring(stem.length()));
  }
}
