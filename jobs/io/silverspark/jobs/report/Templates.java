package io.silverspark.jobs.report;

import freemarker.core.TemplateClassResolver;
import freemarker.template.Configuration;
import freemarker.template.DefaultObjectWrapperBuilder;
import freemarker.template.TemplateException;
import freemarker.template.TemplateExceptionHandler;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;

/**
 * FreeMarker templates that lie beside a class. Files named {@code .ftlh} escape every value for
 * HTML; a missing value is an error. For any number of threads.
 */
public final class Templates {
  private final Configuration configuration = new Configuration(Configuration.VERSION_2_3_33);

  public Templates(Class<?> beside) {
    configuration.setClassForTemplateLoading(beside, "");
    configuration.setObjectWrapper(
        new DefaultObjectWrapperBuilder(Configuration.VERSION_2_3_33).build());
    configuration.setDefaultEncoding(StandardCharsets.UTF_8.name());
    configuration.setLocale(Locale.ROOT);
    configuration.setNumberFormat("computer");
    configuration.setNewBuiltinClassResolver(TemplateClassResolver.ALLOWS_NOTHING_RESOLVER);
    configuration.setTemplateExceptionHandler(TemplateExceptionHandler.RETHROW_HANDLER);
    configuration.setLogTemplateExceptions(false);
  }

  /** The text that a template makes of a model: records, lists, maps, texts and numbers. */
  public String render(String template, Map<String, ?> model) {
    StringWriter out = new StringWriter(1 << 16);
    try {
      configuration.getTemplate(template).process(model, out);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read the template " + template, e);
    } catch (TemplateException e) {
      throw new IllegalStateException("The template " + template + " does not fit its model", e);
    }
    return out.toString();
  }
}
