package dev.r3.cli;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import dev.r3.cli.progress.Work;
import dev.r3.tensor.fixture.Printing;
import dev.r3.tensor.fixture.UpwardDependency;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the modules may know of each other, of the machine, and how classes are not named. */
class ArchitectureTest {
  private static final JavaClasses PROJECT =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .withImportOption(location -> !location.contains("-tests.jar")) // of other modules
          .importPackages("dev.r3");

  private static final ArchRule LAYERS =
      layeredArchitecture()
          .consideringOnlyDependenciesInLayers()
          .layer("r3-tensor")
          .definedBy("dev.r3.tensor..")
          .layer("r3-transformer")
          .definedBy("dev.r3.transformer..")
          .layer("r3-train")
          .definedBy("dev.r3.train..")
          .layer("r3-retrieve")
          .definedBy("dev.r3.retrieve..")
          .layer("r3-cli")
          .definedBy("dev.r3.cli..")
          .whereLayer("r3-cli")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("r3-retrieve")
          .mayOnlyBeAccessedByLayers("r3-cli")
          .whereLayer("r3-train")
          .mayOnlyBeAccessedByLayers("r3-cli")
          .whereLayer("r3-transformer")
          .mayOnlyBeAccessedByLayers("r3-train", "r3-retrieve", "r3-cli")
          .because("dependencies point from the command line down to the tensors");

  private static final ArchRule JAVA_BACKEND_IS_FOUND_NOT_NAMED =
      onlyIn("dev.r3.tensor.java..", "dev.r3.tensor.java..");

  private static final ArchRule ND4J_BACKEND_IS_FOUND_NOT_NAMED =
      onlyIn("dev.r3.tensor.nd4j..", "dev.r3.tensor.nd4j..");

  private static final ArchRule ND4J = onlyIn("dev.r3.tensor.nd4j..", "org.nd4j..");

  private static final ArchRule VECTOR_API =
      onlyIn("dev.r3.tensor.java..", "jdk.incubator.vector..");

  private static final ArchRule PRINTING =
      noClasses()
          .that(resideOutsideOfPackage("dev.r3.cli.."))
          .should(ACCESS_STANDARD_STREAMS)
          .because("libraries log");

  private static final ArchRule EXIT =
      noClasses()
          .that()
          .doNotHaveFullyQualifiedName("dev.r3.cli.Main")
          .should()
          .callMethod(System.class, "exit", int.class)
          .orShould()
          .callMethod(Runtime.class, "exit", int.class)
          .orShould()
          .callMethod(Runtime.class, "halt", int.class)
          .because("only the command line ends the process");

  private static final ArchRule NAMES =
      noClasses()
          .should()
          .haveNameMatching(".*(Impl|Manager|Helper|Helpers|Util|Utils)")
          .orShould()
          .haveNameMatching("(.*[.$])?Abstract[A-Z][^.$]*")
          .because("a name says what a class does");

  /** A final one is no base class: BaseModel is a model that training starts from. */
  private static final ArchRule NO_BASE_CLASSES =
      noClasses()
          .that()
          .doNotHaveModifier(JavaModifier.FINAL)
          .should()
          .haveNameMatching("(.*[.$])?Base[A-Z][^.$]*")
          .because("what classes have in common is a part of them, not their parent");

  private static final ArchRule NO_MUTABLE_STATICS = fields().that().areStatic().should().beFinal();

  private static final ArchRule ONE_LEVEL_OF_INHERITANCE =
      classes()
          .should(
              new ArchCondition<>("extend no class of ours twice over") {
                @Override
                public void check(JavaClass type, ConditionEvents events) {
                  long ours =
                      type.getAllRawSuperclasses().stream()
                          .filter(parent -> parent.getPackageName().startsWith("dev.r3"))
                          .count();
                  if (ours > 1) {
                    events.add(
                        SimpleConditionEvent.violated(
                            type, type.getName() + " has " + ours + " ancestors of ours"));
                  }
                }
              });

  static List<ArchRule> rules() {
    return List.of(
        LAYERS,
        JAVA_BACKEND_IS_FOUND_NOT_NAMED,
        ND4J_BACKEND_IS_FOUND_NOT_NAMED,
        ND4J,
        VECTOR_API,
        PRINTING,
        EXIT,
        NAMES,
        NO_BASE_CLASSES,
        NO_MUTABLE_STATICS,
        ONE_LEVEL_OF_INHERITANCE);
  }

  @ParameterizedTest
  @MethodSource("rules")
  void theProjectKeeps(ArchRule rule) {
    rule.check(PROJECT);
  }

  @Test
  void everyModuleIsLookedAt() {
    for (String module : List.of("tensor", "transformer", "train", "retrieve", "cli")) {
      assertThat(PROJECT.that(resideInAPackage("dev.r3." + module + ".."))).isNotEmpty();
    }
  }

  @Test
  void everyRuleCanFail() {
    assertBroken(LAYERS, UpwardDependency.class);
    assertBroken(PRINTING, Printing.class);
    assertBroken(EXIT, Exits.class);
    assertBroken(EXIT, Halts.class);
    assertBroken(NAMES, ThingImpl.class);
    assertBroken(NAMES, ThingHelper.class);
    assertBroken(NO_BASE_CLASSES, BaseThing.class);
    assertBroken(NAMES, AbstractThing.class);
    assertBroken(NO_MUTABLE_STATICS, Mutable.class);
    assertBroken(ONE_LEVEL_OF_INHERITANCE, Grandchild.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"jdk.incubator.vector..", "org.nd4j.."})
  void useOfWhatOnlyABackendMayUseIsSeen(String packages) {
    ArchRule elsewhere = onlyIn("dev.r3.elsewhere..", packages);
    assertThat(elsewhere.evaluate(PROJECT).hasViolation()).isTrue();
  }

  @Test
  void wordsThatOnlyBeginLikeForbiddenOnesAreAllowed() {
    assertThat(NO_BASE_CLASSES.evaluate(imported(Baseline.class)).hasViolation()).isFalse();
    assertThat(NO_BASE_CLASSES.evaluate(imported(BaseCamp.class, Baseline.class)).hasViolation())
        .isFalse();
  }

  private static ArchRule onlyIn(String home, String packages) {
    return noClasses()
        .that(resideOutsideOfPackage(home))
        .should()
        .dependOnClassesThat(resideInAPackage(packages))
        .because("only " + home + " may");
  }

  private static void assertBroken(ArchRule rule, Class<?> type) {
    assertThat(rule.evaluate(imported(type, Work.class)).hasViolation())
        .as(rule + " by " + type)
        .isTrue();
  }

  private static JavaClasses imported(Class<?>... types) {
    return new ClassFileImporter().importClasses(types);
  }

  static final class Exits {
    void run() {
      System.exit(0);
    }
  }

  static final class Halts {
    void run() {
      Runtime.getRuntime().halt(0);
    }
  }

  static final class ThingImpl {}

  static final class ThingHelper {}

  static class BaseThing {}

  static class AbstractThing extends BaseThing {}

  static final class Grandchild extends AbstractThing {}

  static class Baseline {}

  record BaseCamp() {}

  static final class Mutable {
    static int count;
    static final List<String> NAMES = new ArrayList<>();
  }
}
