package autopar.tests;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The architecture: one ordered list of rooms, and a room uses only rooms before it. */
final class RoomsTest {
  /** A package {@code autopar.<name>} and the module that holds it. */
  private record Room(String module, String name) {
    String packageName() {
      return "autopar." + name;
    }

    Path story() {
      return Path.of(module, "src", "main", "java")
          .resolve(packageName().replace('.', '/'))
          .resolve("package-info.java");
    }
  }

  private static final List<Room> ROOMS =
      List.of(
          new Room("frontend-ir", "units"),
          new Room("frontend-ir", "diagnostics"),
          new Room("frontend-ir", "pass"),
          new Room("frontend-ir", "ir.type"),
          new Room("frontend-ir", "sharding"),
          new Room("frontend-ir", "ir.op"),
          new Room("frontend-ir", "ir.graph"),
          new Room("frontend-ir", "text"),
          new Room("frontend-ir", "training"),
          new Room("cost-model", "cluster"),
          new Room("cost-model", "cost.compute"),
          new Room("cost-model", "cost.collective"),
          new Room("cost-model", "cost.memory"),
          new Room("cost-model", "cost"),
          new Room("planner", "schedule"),
          new Room("planner", "plan"),
          new Room("planner", "strategy"),
          new Room("planner", "solver"),
          new Room("planner", "solver.contest"),
          new Room("planner", "solver.certificate"),
          new Room("planner", "solver.elimination"),
          new Room("planner", "solver.reduce"),
          new Room("planner", "solver.bound"),
          new Room("planner", "solver.exact"),
          new Room("planner", "solver.search"),
          new Room("planner", "solver.anytime"),
          new Room("planner", "solver.ortools"),
          new Room("planner", "intraop"),
          new Room("planner", "interop"),
          new Room("planner", "planner"),
          new Room("planner", "explain"),
          new Room("planner", "validation"),
          new Room("codegen", "program"),
          new Room("codegen", "lowering"),
          new Room("codegen", "report"),
          new Room("runtime", "runtime"),
          new Room("runtime", "runtime.reference"),
          new Room("runtime", "runtime.kernel"),
          new Room("runtime", "runtime.checkpoint"),
          new Room("runtime", "runtime.rank"),
          new Room("runtime", "runtime.simulated"),
          new Room("runtime", "runtime.mpi"),
          new Room("runtime", "runtime.cuda"),
          new Room("runtime", "runtime.profile"),
          new Room("cli", "cli"));

  private static final Path HOME = Path.of(System.getProperty("autopar.home"));

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .withImportOption(location -> !location.contains("/tests/target/"))
          .importPackages("autopar");

  @Test
  void everyClassLivesInARoomAndUsesOnlyRoomsBeforeIt() {
    classes().should(useOnlyRoomsBeforeTheirOwn()).check(CLASSES);
  }

  @Test
  void theMapInTheReadmeListsTheSameRoomsInTheSameOrder() throws IOException {
    assertThat(roomsOfTheMap(Files.readAllLines(HOME.resolve("README.md")))).isEqualTo(ROOMS);
  }

  @Test
  void everyRoomTellsItsStory() {
    for (Room room : ROOMS) {
      assertThat(HOME.resolve(room.story())).isRegularFile();
    }
  }

  @Test
  void antlrIsSeenOnlyByText() {
    onlyRoomThatUses("autopar.text", "org.antlr..");
  }

  @Test
  void orToolsIsSeenOnlyByItsDoor() {
    onlyRoomThatUses("autopar.solver.ortools", "com.google.ortools..");
  }

  @Test
  void elkIsSeenOnlyByTheReport() {
    onlyRoomThatUses("autopar.report", "org.eclipse.elk..");
  }

  @Test
  void picocliIsSeenOnlyByTheCommandLine() {
    onlyRoomThatUses("autopar.cli", "picocli..");
  }

  @Test
  void onlyTheCommandLineReadsTheEnvironmentOrPrints() {
    noClasses()
        .that()
        .resideOutsideOfPackage("autopar.cli..")
        .should()
        .callMethod(System.class, "getenv")
        .orShould()
        .callMethod(System.class, "getenv", String.class)
        .orShould()
        .callMethod(System.class, "exit", int.class)
        .orShould()
        .accessField(System.class, "out")
        .orShould()
        .accessField(System.class, "err")
        .check(CLASSES);
  }

  private static void onlyRoomThatUses(String room, String library) {
    noClasses()
        .that()
        .resideOutsideOfPackage(room)
        .should()
        .dependOnClassesThat()
        .resideInAPackage(library)
        .check(CLASSES);
  }

  private static ArchCondition<JavaClass> useOnlyRoomsBeforeTheirOwn() {
    return new ArchCondition<>("use only rooms before their own") {
      @Override
      public void check(JavaClass user, ConditionEvents events) {
        int own = order(user);
        if (own < 0) {
          events.add(SimpleConditionEvent.violated(user, user.getName() + " is in no room"));
          return;
        }
        for (Dependency use : user.getDirectDependenciesFromSelf()) {
          JavaClass used = use.getTargetClass().getBaseComponentType();
          if (used.getPackageName().startsWith("autopar.") && order(used) > own) {
            events.add(SimpleConditionEvent.violated(user, use.getDescription()));
          }
        }
      }
    };
  }

  private static int order(JavaClass inRoom) {
    for (int i = 0; i < ROOMS.size(); i++) {
      if (ROOMS.get(i).packageName().equals(inRoom.getPackageName())) {
        return i;
      }
    }
    return -1;
  }

  /** Rows of the map look like {@code | `module` | `room`, `room` | ... |}. */
  private static List<Room> roomsOfTheMap(List<String> readme) {
    Pattern row = Pattern.compile("^\\| `([a-z-]+)` \\| ((?:`[a-z.]+`(?:, )?)+) \\|.*");
    Pattern name = Pattern.compile("`([a-z.]+)`");
    List<Room> rooms = new ArrayList<>();
    for (String line : readme) {
      Matcher cells = row.matcher(line);
      if (cells.matches()) {
        Matcher names = name.matcher(cells.group(2));
        while (names.find()) {
          rooms.add(new Room(cells.group(1), names.group(1)));
        }
      }
    }
    return rooms;
  }
}
