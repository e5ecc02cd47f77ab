package dev.r3.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.ToolProvider;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.xml.sax.InputSource;
import picocli.CommandLine.ParameterException;

/** What the README tells people to type does what it says. */
class ReadmeTest {
  private static final Path REPOSITORY = Path.of("").toAbsolutePath().getParent();

  @TempDir Path folder;

  @Test
  void theDependencyIsOurs() throws Exception {
    Element dependency = xml(block("xml"));
    Element parent = xml(Files.readString(REPOSITORY.resolve("pom.xml")));
    Element module = xml(Files.readString(REPOSITORY.resolve("r3-retrieve/pom.xml")));
    assertThat(child(dependency, "groupId")).isEqualTo(child(parent, "groupId"));
    assertThat(child(dependency, "artifactId")).isEqualTo(child(module, "artifactId"));
    assertThat(child(dependency, "version")).isEqualTo(child(parent, "version"));
  }

  @Test
  void theExampleCompilesAndFindsSkills() throws Exception {
    TinyModels.run(folder.resolve("runs/demo"));
    Files.writeString(
        folder.resolve("my_skills.jsonl"),
        """
        {"id": "expenses", "text": "expenses | turns receipts into reports | steps"}
        {"id": "calendar", "text": "calendar | books rooms | steps"}
        """);
    assertThat(compile(block("java"))).isZero();
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-modules",
                "jdk.incubator.vector",
                "-cp",
                folder + ":" + System.getProperty("java.class.path"),
                "Example")
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("out").toFile())
            .start();
    int code = process.waitFor();
    String out = Files.readString(folder.resolve("out"));
    assertThat(code).as(out).isZero();
    assertThat(out.lines().filter(line -> line.matches("(expenses|calendar) -?\\d\\S+ -?\\d\\S+")))
        .hasSize(2);
  }

  @Test
  void aBrokenExampleDoesNotCompile() throws Exception {
    assertThat(compile(block("java").replace(".route(", ".rout("))).isNotZero();
  }

  @Test
  void everyCommandIsOne() throws IOException {
    List<String> commands =
        blocks("bash").lines().filter(line -> line.startsWith("./r3 ")).toList();
    assertThat(commands).hasSizeGreaterThan(8);
    commands.forEach(CommandLines::parse);
    assertThatThrownBy(() -> CommandLines.parse(commands.get(1).replace("find", "fnd")))
        .isInstanceOf(ParameterException.class);
  }

  @Test
  void everyCommandOfTheGuideToTheReleasedModelsIsOne() throws IOException {
    List<String> commands =
        Files.readAllLines(REPOSITORY.resolve("docs/released-models.md")).stream()
            .filter(line -> line.startsWith("./r3 "))
            .toList();
    assertThat(commands).hasSize(5);
    commands.forEach(CommandLines::parse);
  }

  private int compile(String statements) throws IOException {
    Path source = folder.resolve("Example.java");
    Files.writeString(
        source,
        """
        import dev.r3.retrieve.route.Routed;
        import dev.r3.retrieve.route.SkillRouter;
        import dev.r3.retrieve.skill.SkillLibrary;
        import java.nio.file.Path;
        public class Example {
          public static void main(String[] arguments) {
        %s
          }
        }
        """
            .formatted(statements));
    return ToolProvider.getSystemJavaCompiler()
        .run(
            null,
            new java.io.ByteArrayOutputStream(),
            new java.io.ByteArrayOutputStream(),
            "-proc:none",
            "-cp",
            System.getProperty("java.class.path"),
            "-d",
            folder.toString(),
            source.toString());
  }

  /** The one fenced block of that language. */
  private static String block(String language) throws IOException {
    Matcher matcher = fences(language);
    assertThat(matcher.find()).as(language).isTrue();
    String block = matcher.group(1);
    assertThat(matcher.find()).as("a second block of " + language).isFalse();
    return block;
  }

  private static String blocks(String language) throws IOException {
    StringBuilder all = new StringBuilder();
    Matcher matcher = fences(language);
    while (matcher.find()) {
      all.append(matcher.group(1));
    }
    return all.toString();
  }

  private static Matcher fences(String language) throws IOException {
    return Pattern.compile("```" + language + "\n(.*?)```", Pattern.DOTALL)
        .matcher(Files.readString(REPOSITORY.resolve("README.md")));
  }

  private static Element xml(String text) throws Exception {
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader(text)))
        .getDocumentElement();
  }

  private static String child(Element parent, String name) {
    for (Node node = parent.getFirstChild(); node != null; node = node.getNextSibling()) {
      if (node.getNodeName().equals(name)) {
        return node.getTextContent();
      }
    }
    throw new AssertionError("no " + name + " in " + parent.getTagName());
  }
}
