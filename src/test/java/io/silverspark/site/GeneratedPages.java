package io.silverspark.site;

import io.silverspark.jobs.Main;
import io.silverspark.jobs.config.AllSettings;
import io.silverspark.jobs.config.SettingsReference;
import io.silverspark.jobs.run.CommandRunner;
import io.silverspark.jobs.run.Console;
import io.silverspark.jobs.run.Job;
import io.silverspark.model.config.SettingGroup;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** The pages that the code itself writes: one a command and one a group of settings. */
final class GeneratedPages {
  private GeneratedPages() {}

  static List<Page> all() {
    List<Page> pages = new ArrayList<>();
    for (Job job : Main.jobs()) {
      pages.add(command(new CommandRunner(Console.system()).commandLine(job)));
    }
    for (SettingGroup group : AllSettings.GROUPS) {
      pages.add(settings(group));
    }
    return pages;
  }

  private static Page settings(SettingGroup group) {
    String name = group.title().toLowerCase(Locale.ROOT).replaceAll("[^a-z]+", "-");
    String table = SettingsReference.markdown(List.of(group)).replaceFirst("(?s)^### .*?\n", "");
    return new Page(
        "settings/" + name,
        "# Settings: %s\n\nIn a file: `--conf FILE`; one at a time: `--set key=value`.\n%s"
            .formatted(group.title(), table));
  }

  private static Page command(CommandLine line) {
    CommandSpec spec = line.getCommandSpec();
    StringBuilder text = new StringBuilder("# `%s`\n\n".formatted(spec.name()));
    text.append(String.join(" ", spec.usageMessage().description()).replace("<", "&lt;"));
    text.append("\n\n```text\nsilverspark ").append(spec.name()).append(" [OPTIONS]");
    spec.positionalParameters().forEach(p -> text.append(" [").append(p.paramLabel()).append(']'));
    text.append("\n```\n\n| option | meaning |\n| --- | --- |\n");
    spec.positionalParameters().forEach(p -> row(text, p.paramLabel(), p));
    for (OptionSpec option : spec.options()) {
      String label =
          String.join("`, `", option.names())
              + (option.arity().max() == 0 ? "" : " " + option.paramLabel());
      row(text, label, option);
    }
    Class<?> type = spec.userObject().getClass();
    if (java.lang.reflect.Modifier.isPublic(type.getModifiers()) && hasMain(type)) {
      text.append("\nFor `spark-submit --class`: `").append(type.getName()).append("`.\n");
    }
    return new Page("commands/" + spec.name(), text.toString());
  }

  private static boolean hasMain(Class<?> type) {
    try {
      type.getMethod("main", String[].class);
      return true;
    } catch (NoSuchMethodException e) {
      return false;
    }
  }

  private static void row(StringBuilder text, String label, ArgSpec argument) {
    String meaning = String.join(" ", argument.description());
    if (argument.defaultValue() != null) {
      meaning = meaning.replace("${DEFAULT-VALUE}", argument.defaultValue());
    }
    text.append(
        "| `%s` | %s%s |\n"
            .formatted(
                label, argument.required() ? "Required. " : "", meaning.replace("|", "\\|")));
  }
}
