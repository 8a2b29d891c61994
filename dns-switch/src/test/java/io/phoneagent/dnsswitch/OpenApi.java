// SPDX-License-Identifier: Apache-2.0
package io.phoneagent.dnsswitch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** The OpenAPI document, as far as its schemas use what is used in them. */
final class OpenApi {
  private final JsonNode root;
  private final Set<String> seen = new TreeSet<>();

  OpenApi() throws IOException {
    root = new YAMLMapper().readTree(Path.of("..", "docs", "openapi.yaml").toFile());
  }

  /** What an answer has wrong; notes which members and status it showed. */
  List<String> check(String method, String path, int status, String type, JsonNode body) {
    JsonNode response =
        resolve(
            root.at("/paths/" + path.replace("/", "~1") + "/" + method + "/responses/" + status));
    List<String> wrong = new ArrayList<>();
    if (response.isMissingNode()) {
      return List.of(method + " " + path + " " + status + " is not in the document");
    }
    seen.add(method + " " + path + " " + status);
    if (response.has("content")) {
      JsonNode schema = response.get("content").path(type).path("schema");
      if (schema.isMissingNode()) {
        return List.of(type + " is not a type of " + status);
      }
      validate(schema, body, "", wrong);
    }
    return wrong;
  }

  List<String> checkSchema(String name, JsonNode value) {
    List<String> wrong = new ArrayList<>();
    validate(root.at("/components/schemas/" + name), value, name, wrong);
    return wrong;
  }

  /** Every status of every operation in the document, and every member of the named schemas. */
  Set<String> everything(String... schemas) {
    Set<String> all = new TreeSet<>();
    for (Map.Entry<String, JsonNode> path : root.get("paths").properties()) {
      for (Map.Entry<String, JsonNode> operation : path.getValue().properties()) {
        operation
            .getValue()
            .path("responses")
            .fieldNames()
            .forEachRemaining(s -> all.add(operation.getKey() + " " + path.getKey() + " " + s));
      }
    }
    for (String schema : schemas) {
      root.at("/components/schemas/" + schema + "/properties")
          .fieldNames()
          .forEachRemaining(m -> all.add(schema + "." + m));
    }
    return all;
  }

  Set<String> seen() {
    return seen;
  }

  private JsonNode resolve(JsonNode node) {
    return node.has("$ref") ? root.at(node.get("$ref").asText().substring(1)) : node;
  }

  private static String nameOf(JsonNode node, String otherwise) {
    String ref = node.path("$ref").asText("");
    return ref.isEmpty() ? otherwise : ref.substring(ref.lastIndexOf('/') + 1);
  }

  private void validate(JsonNode reference, JsonNode value, String at, List<String> wrong) {
    String name = nameOf(reference, at);
    JsonNode schema = resolve(reference);
    boolean fits =
        switch (schema.path("type").asText()) {
          case "object" -> value.isObject();
          case "array" -> value.isArray();
          case "string" -> value.isTextual();
          case "integer" -> value.isIntegralNumber();
          case "number" -> value.isNumber();
          default -> false;
        };
    if (!fits) {
      wrong.add(name + " is no " + schema.path("type").asText() + ": " + value.getNodeType());
      return;
    }
    for (JsonNode required : schema.path("required")) {
      if (!value.has(required.asText())) {
        wrong.add(name + "." + required.asText() + " is missing");
      }
    }
    if (value.isObject()) {
      for (Map.Entry<String, JsonNode> member : value.properties()) {
        JsonNode known = schema.path("properties").path(member.getKey());
        if (known.isMissingNode()) {
          wrong.add(name + "." + member.getKey() + " is not in the document");
        } else {
          seen.add(name + "." + member.getKey());
          validate(known, member.getValue(), name + "." + member.getKey(), wrong);
        }
      }
    }
    for (JsonNode item : value.isArray() ? value : schema.path("none")) {
      validate(schema.get("items"), item, name + "[]", wrong);
    }
    if (schema.has("pattern") && !value.asText().matches(schema.get("pattern").asText())) {
      wrong.add(name + " does not match");
    }
    if (schema.has("enum")
        && !schema.get("enum").toString().contains("\"" + value.asText() + "\"")) {
      wrong.add(name + " is an unknown value");
    }
    if (value.isNumber()
        && (value.asDouble() < schema.path("minimum").asDouble(Double.NEGATIVE_INFINITY)
            || value.asDouble() > schema.path("maximum").asDouble(Double.POSITIVE_INFINITY))) {
      wrong.add(name + " is out of range");
    }
  }
}
