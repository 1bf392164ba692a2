package io.silverspark.notebooks;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.PrintStream;
import java.net.URI;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import jdk.jshell.DeclarationSnippet;
import jdk.jshell.EvalException;
import jdk.jshell.JShell;
import jdk.jshell.Snippet;
import jdk.jshell.SnippetEvent;
import jdk.jshell.SourceCodeAnalysis;
import jdk.jshell.execution.LocalExecutionControl;
import jdk.jshell.spi.ExecutionControl;
import jdk.jshell.spi.ExecutionControlProvider;
import jdk.jshell.spi.ExecutionEnv;
import scala.runtime.AbstractFunction0;

/** Runs the cells of one notebook in order in this JVM, as a Java kernel does: with JShell. */
final class JavaCells implements AutoCloseable {
  private final JShell shell;

  /** What a cell left: what it printed, what it showed, and its last value. */
  record Result(String printed, List<Kernel.Rendered> shown, String value) {}

  JavaCells() {
    shell =
        JShell.builder()
            .executionEngine(new InThisLoader(), Map.of())
            .compilerOptions("-classpath", classPath(), "-proc:none")
            .build();
    shell.eval("import static io.silverspark.notebooks.Kernel.*;");
  }

  /** Surefire and console launchers hide the real class path behind a jar or a loader. */
  private static String classPath() {
    if (JavaCells.class.getClassLoader() instanceof URLClassLoader loader) {
      return Arrays.stream(loader.getURLs())
          .map(url -> Path.of(URI.create(url.toString())).toString())
          .collect(Collectors.joining(File.pathSeparator));
    }
    return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
  }

  /** Cells see the classes of the tests, not copies of them. */
  private static final class InThisLoader implements ExecutionControlProvider {
    @Override
    public String name() {
      return "in this loader";
    }

    @Override
    public ExecutionControl generate(ExecutionEnv environment, Map<String, String> parameters) {
      return new LocalExecutionControl(new CellLoader());
    }
  }

  /** Runs a cell; throws with the code's place and the compiler's words if it fails. */
  Result run(String source) {
    Kernel.takeOutputs();
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    PrintStream stream = new PrintStream(printed, true, StandardCharsets.UTF_8);
    PrintStream before = System.out;
    System.setOut(stream);
    try {
      String value =
          scala.Console$.MODULE$.withOut(
              stream,
              new AbstractFunction0<String>() {
                @Override
                public String apply() {
                  return evaluate(source);
                }
              });
      return new Result(printed.toString(StandardCharsets.UTF_8), Kernel.takeOutputs(), value);
    } finally {
      System.setOut(before);
    }
  }

  private String evaluate(String source) {
    String rest = source;
    String value = "";
    while (!rest.isBlank()) {
      SourceCodeAnalysis.CompletionInfo next = shell.sourceCodeAnalysis().analyzeCompletion(rest);
      if (next.source() == null) {
        throw new IllegalStateException("incomplete code: " + rest);
      }
      for (SnippetEvent event : shell.eval(next.source())) {
        check(event);
        boolean last = next.remaining().isBlank();
        boolean expression = event.snippet().kind() == Snippet.Kind.EXPRESSION;
        value = last && expression && event.value() != null ? event.value() : "";
      }
      rest = next.remaining();
    }
    return value;
  }

  private void check(SnippetEvent event) {
    if (event.exception() instanceof EvalException failure) {
      throw new IllegalStateException(
          "%s: %s in: %s"
              .formatted(
                  failure.getExceptionClassName(), failure.getMessage(), event.snippet().source()),
          failure);
    }
    boolean unresolved =
        event.snippet() instanceof DeclarationSnippet declaration
            && shell.unresolvedDependencies(declaration).findAny().isPresent();
    if (event.status() == Snippet.Status.REJECTED || event.exception() != null || unresolved) {
      String words =
          shell
              .diagnostics(event.snippet())
              .map(diagnostic -> diagnostic.getMessage(null))
              .collect(Collectors.joining("; "));
      throw new IllegalStateException(words + " in: " + event.snippet().source());
    }
  }

  @Override
  public void close() {
    shell.close();
  }
}
