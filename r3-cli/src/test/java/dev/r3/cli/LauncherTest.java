package dev.r3.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The launcher in a project of empty files, with a Java and a Maven that only say what they do. */
@DisabledOnOs(OS.WINDOWS)
class LauncherTest {
  private static final Path REPOSITORY = Path.of("").toAbsolutePath().getParent();

  @TempDir Path folder;
  private Path root;
  private Path javaHome;
  private Path log;

  private record Result(long process, int code, String out, String err) {}

  @BeforeEach
  void project() throws IOException {
    folder = folder.toRealPath();
    root = folder.resolve("a project");
    log = folder.resolve("maven.log");
    copy("r3");
    copy("r3-cli/src/main/launcher/launch.bash");
    write(root.resolve("pom.xml"), "");
    write(root.resolve("r3-tensor/src/main/java/A.java"), "");
    javaHome =
        java("jdk", "JAVA_VERSION=\"17.0.1\"\nMODULES=\"java.base jdk.incubator.vector a\"\n");
    executable(
        "bin/mvn",
        """
        echo "$PWD: $*" >>"%s"
        if [ -e broken ]; then echo "A.java: broken"; exit 1; fi
        mkdir -p r3-tensor/target/classes
        printf %%s "$PWD/r3-tensor/target/classes" >r3-cli/target/runtime.classpath
        """
            .formatted(log));
  }

  @Test
  void buildsThenRuns() throws Exception {
    Result result = launch("find", "two words", "中文");
    assertThat(result.err())
        .isEqualTo("r3: building for the first time; downloads what it needs, a few minutes ...\n");
    assertThat(Files.readString(log))
        .startsWith(root + ": ")
        .contains("-pl r3-cli -am ", " process-classes");
    assertThat(result.out().lines())
        .containsExactly(
            "-Xmx4g",
            "-Dfile.encoding=UTF-8",
            "--add-modules",
            "jdk.incubator.vector",
            "-XX:+UseParallelGC",
            "-cp",
            root + "/r3-cli/target/classes:" + root + "/r3-tensor/target/classes",
            "dev.r3.cli.Main",
            "find",
            "two words",
            "中文");
    assertThat(result.code()).as("java's exit code").isEqualTo(7);
  }

  @Test
  void doesNotBuildAgainWhileNothingChanges() throws Exception {
    launch();
    Result result = launch();
    assertThat(result.err()).isEmpty();
    assertThat(Files.readAllLines(log)).hasSize(1);
  }

  @Test
  void buildsAgainWhenASourceIsNewer() throws Exception {
    launch();
    touch(root.resolve("r3-tensor/src/main/java/A.java"));
    assertThat(launch().err()).isEqualTo("r3: building, as sources have changed ...\n");
    assertThat(Files.readAllLines(log)).hasSize(2);
  }

  @Test
  void testsAndOutputsAreNoReasonToBuild() throws Exception {
    write(root.resolve("r3-tensor/src/test/java/ATest.java"), "");
    launch();
    touch(root.resolve("r3-tensor/src/test/java/ATest.java"));
    touch(root.resolve("r3-tensor/target/classes"));
    assertThat(launch().err()).isEmpty();
  }

  @Test
  void buildsAgainWhenTheProjectMoved() throws Exception {
    launch();
    Path moved = folder.resolve("moved");
    Files.move(root, moved);
    root = moved;
    assertThat(launch().err()).startsWith("r3: building");
    assertThat(launch().out()).contains(moved + "/r3-cli/target/classes");
  }

  @Test
  void aBrokenBuildShowsWhatMavenSaid() throws Exception {
    write(root.resolve("broken"), "");
    Result result = launch();
    assertThat(result.code()).isEqualTo(1);
    assertThat(result.err())
        .contains("A.java: broken\n")
        .endsWith("r3: expected the build to succeed, got the errors above\n");
    assertThat(result.out()).isEmpty();
  }

  @Test
  void jvmOptionsGoToTheJvmInOrderOfPrecedence() throws Exception {
    Result result = launch(Map.of("R3_JVM_FLAGS", "-Xmx8g -Da=b"), "-J-Xmx9g", "doctor", "-J-x");
    assertThat(result.out().lines().toList())
        .containsSubsequence("-Xmx4g", "-Xmx8g", "-Da=b", "-Xmx9g", "-cp", "doctor", "-J-x");
  }

  @Test
  void aCollectorOfTheUserTakesThePlaceOfOurs() throws Exception {
    assertThat(launch("-J-XX:+UseG1GC").out())
        .contains("-XX:+UseG1GC\n")
        .doesNotContain("UseParallelGC");
    assertThat(launch(Map.of("JAVA_TOOL_OPTIONS", "-XX:+UseZGC")).out())
        .doesNotContain("UseParallelGC");
    assertThat(launch("-J-XX:+UseNUMA").out()).contains("-XX:+UseParallelGC\n");
  }

  @Test
  void mavenGetsTheFlagsOfTheUser() throws Exception {
    launch(Map.of("R3_MAVEN_FLAGS", "-o -Pcuda"));
    assertThat(Files.readString(log)).contains(" -o -Pcuda ");
  }

  @Test
  void worksThroughALinkFromAnotherFolder() throws Exception {
    Path link = Files.createSymbolicLink(folder.resolve("bin/r3"), root.resolve("r3"));
    assertThat(run(link, Map.of(), List.of()).out()).contains(root + "/r3-cli/target/classes:");
  }

  @Test
  void javaTakesTheLaunchersPlaceSoThatSignalsReachIt() throws Exception {
    executable("jdk/bin/java", "echo $$\n");
    Result result = launch();
    assertThat(result.out()).isEqualTo(result.process() + "\n");
  }

  @Test
  void anOldJavaIsNamed() throws Exception {
    javaHome = java("old", "JAVA_VERSION=\"1.8.0_402\"\n");
    Result result = launch();
    if (result.code() == 7) {
      assertThat(result.out()).as("a newer one elsewhere").contains("dev.r3.cli.Main");
    } else {
      assertThat(result.code()).isEqualTo(1);
    }
    assertThat(function("java_major '" + javaHome + "'")).isEqualTo("8\n");
  }

  @Test
  void withoutAnyNewJavaTheUserReadsWhatToInstall() throws Exception {
    assertThat(function("java_homes() { echo /none; }; (find_java) 2>&1 || true"))
        .isEqualTo(
            "r3: expected Java 17 or newer, got none; hint: install one (Debian, Ubuntu: apt-get"
                + " install openjdk-17-jdk; macOS: brew install openjdk), or set JAVA_HOME\n");
    Path old = java("old", "JAVA_VERSION=\"11.0.2\"\n");
    assertThat(function("java_homes() { echo '" + old + "'; }; (find_java) 2>&1 || true"))
        .startsWith("r3: expected Java 17 or newer, got 11 (" + old + "); hint: ");
  }

  @Test
  void aJavaWithoutTheVectorApiStartsWithoutIt() throws Exception {
    javaHome = java("small", "JAVA_VERSION=\"21\"\nMODULES=\"java.base java.xml\"\n");
    Result result = launch();
    assertThat(result.code()).isEqualTo(7);
    assertThat(result.out()).doesNotContain("--add-modules");
  }

  @Test
  void aJavaThatCannotCompileIsNamed() throws Exception {
    Files.delete(javaHome.resolve("bin/javac"));
    Result result = launch();
    assertThat(result.code()).isEqualTo(1);
    assertThat(result.err())
        .startsWith(
            "r3: expected a JDK to build with, got a Java runtime without javac (" + javaHome);
  }

  private Result launch(String... arguments) throws Exception {
    return launch(Map.of(), arguments);
  }

  private Result launch(Map<String, String> environment, String... arguments) throws Exception {
    return run(root.resolve("r3"), environment, List.of(arguments));
  }

  private String function(String call) throws Exception {
    Path script = root.resolve("r3-cli/src/main/launcher/launch.bash");
    return run(Path.of("/bin/bash"), Map.of(), List.of("-c", ". '" + script + "'; " + call)).out();
  }

  private Result run(Path program, Map<String, String> environment, List<String> arguments)
      throws Exception {
    List<String> command = new ArrayList<>(List.of(program.toString()));
    command.addAll(arguments);
    Path out = folder.resolve("out");
    Path err = folder.resolve("err");
    ProcessBuilder process =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    process.environment().keySet().removeIf(name -> name.startsWith("R3_"));
    process.environment().put("JAVA_HOME", javaHome.toString());
    process.environment().merge("PATH", folder + "/bin", (path, bin) -> bin + ":" + path);
    process.environment().putAll(environment);
    Process started = process.start();
    int code = started.waitFor();
    return new Result(started.pid(), code, read(out), read(err));
  }

  private static String read(Path file) throws IOException {
    return Files.readString(file, StandardCharsets.UTF_8);
  }

  /** A Java home whose java prints its arguments, one a line, and ends with 7. */
  private Path java(String name, String release) throws IOException {
    Path home = folder.resolve(name);
    write(home.resolve("release"), release);
    executable(name + "/bin/java", "printf '%s\\n' \"$@\"\nexit 7\n");
    executable(name + "/bin/javac", "");
    return home;
  }

  private void executable(String name, String script) throws IOException {
    Path file = folder.resolve(name);
    write(file, "#!/usr/bin/env bash\n" + script);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private void copy(String name) throws IOException {
    Path target = root.resolve(name);
    Files.createDirectories(target.getParent());
    Files.copy(REPOSITORY.resolve(name), target);
  }

  private static void write(Path file, String text) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
    Files.setLastModifiedTime(file, FileTime.from(Instant.now().minusSeconds(60)));
  }

  private static void touch(Path file) throws IOException {
    Files.setLastModifiedTime(file, FileTime.from(Instant.now().plusSeconds(60)));
  }
}
