import com.google.googlejavaformat.java.Formatter;
import com.google.googlejavaformat.java.FormatterException;
import com.google.googlejavaformat.java.ImportOrderer;
import com.google.googlejavaformat.java.JavaFormatterOptions;
import com.google.googlejavaformat.java.RemoveUnusedImports;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Checks or rewrites the format of every Java source below the given folders. */
final class Format {

  private static final Formatter FORMATTER = new Formatter();

  private Format() {}

  public static void main(String[] args) throws Exception {
    boolean write = args[0].equals("write");
    List<Path> sources = new ArrayList<>();
    for (String folder : Arrays.asList(args).subList(1, args.length)) {
      try (var files = Files.walk(Path.of(folder))) {
        sources.addAll(files.filter(Format::isSource).sorted().toList());
      }
    }
    List<Path> wrong =
        sources.parallelStream().filter(source -> !isFormatted(source, write)).toList();
    wrong.forEach(file -> System.out.println((write ? "formatted " : "not formatted: ") + file));
    if (!write && !wrong.isEmpty()) {
      System.out.println("Run: mvn -N validate -Dformat=write");
      System.exit(1);
    }
  }

  private static boolean isFormatted(Path file, boolean write) {
    try {
      String source = Files.readString(file);
      String formatted =
          FORMATTER.formatSource(
              ImportOrderer.reorderImports(
                  RemoveUnusedImports.removeUnusedImports(source),
                  JavaFormatterOptions.Style.GOOGLE));
      if (formatted.equals(source)) {
        return true;
      }
      if (write) {
        Files.writeString(file, formatted);
      }
      return false;
    } catch (FormatterException e) {
      throw new IllegalStateException(file + ": " + e.getMessage(), e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean isSource(Path path) {
    return path.toString().endsWith(".java")
        && !path.toString().contains("/target/")
        && !path.toString().startsWith("target/");
  }
}
