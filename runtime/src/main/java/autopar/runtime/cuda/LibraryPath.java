package autopar.runtime.cuda;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.SymbolLookup;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Where libraries of CUDA are looked for: folders in their order, then what the machine's loader
 * finds by name, then folders where installers put them.
 *
 * @param first folders that come before the loader
 * @param loader whether the loader is asked
 * @param last folders that come after it
 */
public record LibraryPath(List<Path> first, boolean loader, List<Path> last) {

  /** Roots of Python installations, which hold wheels of NVIDIA's libraries. */
  private static final List<String> PYTHON_ROOTS = List.of("/usr/local", "/usr", "/opt/conda");

  public LibraryPath {
    first = List.copyOf(first);
    last = List.copyOf(last);
  }

  /** Only {@code folder}. */
  public static LibraryPath only(Path folder) {
    return new LibraryPath(List.of(folder), false, List.of());
  }

  /**
   * The usual places: {@code CUDA_HOME} or {@code CUDA_PATH}, the loader (which knows {@code
   * LD_LIBRARY_PATH}), {@code /usr/local/cuda}, and Python wheels of the environment in use, of the
   * user and of the system.
   */
  public static LibraryPath usual(Map<String, String> environment) {
    List<Path> first = new ArrayList<>();
    for (String variable : List.of("CUDA_HOME", "CUDA_PATH")) {
      value(environment, variable).ifPresent(root -> addToolkit(first, Path.of(root)));
    }
    List<Path> last = new ArrayList<>();
    addToolkit(last, Path.of("/usr/local/cuda"));
    List<String> roots = new ArrayList<>();
    value(environment, "VIRTUAL_ENV").ifPresent(roots::add);
    value(environment, "CONDA_PREFIX").ifPresent(roots::add);
    value(environment, "HOME").ifPresent(home -> roots.add(home + "/.local"));
    roots.addAll(PYTHON_ROOTS);
    roots.forEach(root -> addWheels(last, Path.of(root, "lib")));
    return new LibraryPath(first, true, last);
  }

  private static Optional<String> value(Map<String, String> environment, String name) {
    return Optional.ofNullable(environment.get(name)).filter(text -> !text.isBlank());
  }

  private static void addToolkit(List<Path> folders, Path root) {
    folders.add(root.resolve("lib64"));
    folders.add(root.resolve("lib"));
  }

  /** {@code lib/python3.12/site-packages/nvidia/cublas/lib} and its like, newest Python first. */
  private static void addWheels(List<Path> folders, Path lib) {
    for (Path python : children(lib, "python3*")) {
      for (Path packages : children(python, "{site,dist}-packages")) {
        for (Path wheel : children(packages.resolve("nvidia"), "*")) {
          folders.add(wheel.resolve("lib"));
        }
      }
    }
  }

  private static List<Path> children(Path folder, String pattern) {
    List<Path> found = new ArrayList<>();
    if (Files.isDirectory(folder)) {
      try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder, pattern)) {
        entries.forEach(found::add);
      } catch (IOException unreadable) {
        return List.of();
      }
    }
    Collections.sort(found, Collections.reverseOrder());
    return found;
  }

  /** The same, but {@code folder} comes first. */
  public LibraryPath after(Path folder) {
    List<Path> folders = new ArrayList<>();
    folders.add(folder);
    folders.addAll(first);
    return new LibraryPath(folders, loader, last);
  }

  /** The first of {@code names} that is found. It stays open as long as the process. */
  Optional<SymbolLookup> find(List<String> names) {
    return inFolders(first, names).or(() -> byLoader(names)).or(() -> inFolders(last, names));
  }

  private Optional<SymbolLookup> byLoader(List<String> names) {
    return loader
        ? names.stream().flatMap(name -> open(name).stream()).findFirst()
        : Optional.empty();
  }

  private static Optional<SymbolLookup> inFolders(List<Path> folders, List<String> names) {
    for (Path folder : folders) {
      for (String name : names) {
        Path file = folder.resolve(name);
        if (Files.isRegularFile(file)) {
          Optional<SymbolLookup> opened = open(file.toAbsolutePath().toString());
          if (opened.isPresent()) {
            return opened;
          }
        }
      }
    }
    return Optional.empty();
  }

  private static Optional<SymbolLookup> open(String name) {
    try {
      return Optional.of(SymbolLookup.libraryLookup(name, Arena.global()));
    } catch (IllegalArgumentException absent) {
      return Optional.empty();
    }
  }
}
