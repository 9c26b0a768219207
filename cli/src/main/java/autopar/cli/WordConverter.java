package autopar.cli;

import java.util.Arrays;
import java.util.stream.Collectors;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a constant by its lower-case word ({@link Object#toString()}). */
record WordConverter<E extends Enum<E>>(E[] constants) implements ITypeConverter<E> {

  @Override
  public E convert(String word) {
    for (E constant : constants) {
      if (constant.toString().equals(word)) {
        return constant;
      }
    }
    String words = Arrays.stream(constants).map(Object::toString).collect(Collectors.joining(", "));
    throw new TypeConversionException("expected one of " + words + ", not '" + word + "'");
  }
}
