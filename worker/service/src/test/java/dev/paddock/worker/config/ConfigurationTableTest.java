package dev.paddock.worker.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Run with -Dreadme=write to bring README up to date. */
class ConfigurationTableTest {

  private static final String BEGIN = "<!-- configuration:begin -->\n";
  private static final String END = "<!-- configuration:end -->";

  @Test
  void readmeHasExactlyTheDeclaredKeys() throws IOException {
    Path readme = Path.of("..", "..", "README.md");
    String text = Files.readString(readme);
    int begin = text.indexOf(BEGIN);
    int end = text.indexOf(END);
    assertTrue(begin >= 0 && end > begin, "README.md has lost the markers of its table of keys");
    String before = text.substring(0, begin + BEGIN.length());
    String expected = before + ConfigurationTable.markdown() + text.substring(end);
    if ("write".equals(System.getProperty("readme"))) {
      Files.writeString(readme, expected);
    } else {
      assertEquals(expected, text, "run mvn verify -Dtest=ConfigurationTableTest -Dreadme=write");
    }
  }
}
