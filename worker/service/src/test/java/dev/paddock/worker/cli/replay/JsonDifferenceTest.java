package dev.paddock.worker.cli.replay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonDifferenceTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"a\":1,\"b\":[true,null]} | { \"b\": [true, null], \"a\": 1.0 }",
        "1e3                         | 1000",
        "\"\\u00e9\"                 | \"é\"",
        "[]                          | [ ]",
      })
  void theSameValueInOtherWordsIsNoDifference(String recorded, String now) throws Exception {
    assertNull(JsonDifference.between("output", recorded, now));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "1                        | 2                     | output             | 1            | 2",
        "1                        | \"1\"                 | output             | 1            | \"1\"",
        "null                     | false                 | output             | null         | false",
        "9007199254740993         | 9007199254740992      | output             | 9007199254740993 | 9007199254740992",
        "{}                       | []                    | output             | {}           | []",
        "[1,[2,3],4]              | [1,[2,5],6]           | output[1][1]       | 3            | 5",
        "[1]                      | [1,2]                 | output[1]          | nothing      | 2",
        "[1,2]                    | [1]                   | output[1]          | 2            | nothing",
        "{\"a\":{\"b c\":1}}      | {\"a\":{\"b c\":2}}   | output.a[\"b c\"]  | 1            | 2",
        "{\"a\":1,\"b\":2}        | {\"b\":3,\"c\":4}     | output.a           | 1            | nothing",
        "{\"a\":1}                | {\"a\":1,\"b\":null}  | output.b           | nothing      | null",
        "[{\"x\":[1]},2]          | [{\"x\":[0]},3]       | output[0].x[0]     | 1            | 0",
      })
  void theFirstDifferenceIsNamedByItsPath(
      String recorded, String now, String path, String before, String after) throws Exception {
    assertEquals(
        new Difference(path, before, after), JsonDifference.between("output", recorded, now));
  }

  @Test
  void longTextsAreShownWhereTheyDiffer() throws Exception {
    String same = "x".repeat(1000);
    Difference difference =
        JsonDifference.between("output", '"' + same + "a\"", '"' + same + "b" + same + '"');
    assertNotNull(difference);
    assertEquals("…" + "x".repeat(20) + "a\"", difference.recorded());
    assertTrue(difference.now().startsWith("…" + "x".repeat(20) + "bx"), difference.now());
    assertTrue(difference.now().endsWith("x…"), difference.now());
  }

  @Test
  void valuesMayBeNestedAsDeepAsScriptsLike() throws Exception {
    int depth = 200_000;
    Difference difference =
        JsonDifference.between(
            "output",
            "[".repeat(depth) + "1" + "]".repeat(depth),
            "[".repeat(depth) + "2" + "]".repeat(depth));
    assertNotNull(difference);
    assertEquals("output" + "[0]".repeat(19) + "…", difference.path());
    assertEquals("1", difference.recorded());
    difference = JsonDifference.between("output", "[".repeat(depth) + "]".repeat(depth), "1");
    assertNotNull(difference);
    assertTrue(difference.recorded().startsWith("[[[["), difference.recorded());
  }
}
