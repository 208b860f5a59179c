package dev.paddock.worker.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.paddock.worker.publish.UnfitOutputException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

class JsonPartsTest {

  private static final List<String> SIMPLE =
      List.of(
          "null",
          "true",
          "-0.0",
          "1e400",
          "123456789012345678901234567890",
          "\"\"",
          "\"a \\\" ] } , \\u0041 🐎\"",
          "{}",
          "[]",
          "[[1, 2], {\"a\": [ ]}]",
          "\"" + "long ".repeat(20_000) + "\"");

  @RepeatedTest(50)
  void partsAreTheVeryTextsThatTheyWere(RepetitionInfo repetition) throws UnfitOutputException {
    Random random = new Random(repetition.getCurrentRepetition());
    List<String> elements = new ArrayList<>();
    List<String> members = new ArrayList<>();
    for (int i = random.nextInt(12); i > 0; i--) {
      String one = SIMPLE.get(random.nextInt(SIMPLE.size()));
      elements.add(one);
      members.add("\"m" + i + "\" : " + one);
    }
    String gap = random.nextBoolean() ? "," : " ,\n ";

    String array = "[" + String.join(gap, elements) + (random.nextBoolean() ? "]" : " ]");
    assertEquals(elements, JsonParts.elements(array, 100));
    Map<String, String> found = JsonParts.members("{" + String.join(gap, members) + "}");
    assertEquals(elements, List.copyOf(found.values()));
  }

  @Test
  void nestingAndNumberAreNoMatter() throws UnfitOutputException {
    String deep = "[".repeat(200_000) + "]".repeat(200_000);
    assertEquals(List.of(deep, "1"), JsonParts.elements("[" + deep + ",1,2,3]", 2));
  }

  @Test
  void onlyATextIsAText() throws UnfitOutputException {
    assertEquals("a\nA", JsonParts.textOf("\"a\\n\\u0041\""));
    assertNull(JsonParts.textOf("[\"a\"]"));
    assertNull(JsonParts.textOf("null"));
  }
}
