package io.silverspark.notebooks;

import java.util.HashMap;
import java.util.Map;
import jdk.jshell.execution.LoaderDelegate;
import jdk.jshell.spi.ExecutionControl.ClassBytecodes;
import jdk.jshell.spi.ExecutionControl.EngineTerminationException;

/** Loads the classes that cells become, over the loader of the tests. */
final class CellLoader implements LoaderDelegate {
  private final Map<String, byte[]> compiled = new HashMap<>();
  private final Loader loader = new Loader();

  private final class Loader extends ClassLoader {
    Loader() {
      super(CellLoader.class.getClassLoader());
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
      byte[] bytes = compiled.get(name);
      if (bytes == null) {
        throw new ClassNotFoundException(name);
      }
      return defineClass(name, bytes, 0, bytes.length);
    }
  }

  @Override
  public void load(ClassBytecodes[] classes) {
    for (ClassBytecodes one : classes) {
      compiled.put(one.name(), one.bytecodes());
    }
  }

  @Override
  public void classesRedefined(ClassBytecodes[] classes) {
    load(classes);
  }

  @Override
  public void addToClasspath(String path) throws EngineTerminationException {
    throw new EngineTerminationException("the class path of the tests is used as it is");
  }

  @Override
  public Class<?> findClass(String name) throws ClassNotFoundException {
    return loader.loadClass(name);
  }
}
