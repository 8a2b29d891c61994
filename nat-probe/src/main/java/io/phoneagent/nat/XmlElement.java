// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.nat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * An element of an XML document, without its attributes.
 *
 * @param name without a prefix
 * @param text its own characters, without spaces around them
 * @param children in their order
 */
record XmlElement(String name, String text, List<XmlElement> children) {

  XmlElement {
    children = List.copyOf(children);
  }

  /** The first child of that name. */
  Optional<XmlElement> child(String wanted) {
    return children.stream().filter(c -> c.name.equals(wanted)).findFirst();
  }

  /** The text of the first child of that name; empty if there is none, or it has none. */
  String textOf(String wanted) {
    return child(wanted).map(XmlElement::text).orElse("");
  }

  /** All elements of that name below this one, in the document's order. */
  List<XmlElement> all(String wanted) {
    List<XmlElement> found = new ArrayList<>();
    collect(wanted, found);
    return found;
  }

  private void collect(String wanted, List<XmlElement> found) {
    for (XmlElement child : children) {
      if (child.name.equals(wanted)) {
        found.add(child);
      }
      child.collect(wanted, found);
    }
  }
}
