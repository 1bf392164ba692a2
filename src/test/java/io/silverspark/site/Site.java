package io.silverspark.site;

import io.silverspark.jobs.report.Templates;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.commonmark.Extension;
import org.commonmark.ext.gfm.tables.TablesExtension;
import org.commonmark.ext.heading.anchor.HeadingAnchorExtension;
import org.commonmark.node.AbstractVisitor;
import org.commonmark.node.Code;
import org.commonmark.node.Link;
import org.commonmark.node.Node;
import org.commonmark.node.Text;
import org.commonmark.parser.Parser;
import org.commonmark.renderer.html.HtmlRenderer;

/** Turns Markdown into a static site: plain HTML and one style sheet, no script. */
final class Site {
  private static final List<Extension> EXTENSIONS =
      List.of(TablesExtension.create(), HeadingAnchorExtension.create());
  private static final Parser PARSER = Parser.builder().extensions(EXTENSIONS).build();
  private static final HtmlRenderer RENDERER =
      HtmlRenderer.builder().extensions(EXTENSIONS).build();
  private static final Templates TEMPLATES = new Templates(Site.class);

  private final Path docs;
  private final List<Page> pages;

  private Site(Path docs, List<Page> pages) {
    this.docs = docs;
    this.pages = pages;
  }

  /** The pages of a folder, and those that the code writes. */
  static Site of(Path docs) throws IOException {
    List<Page> pages = new ArrayList<>();
    try (Stream<Path> files = Files.walk(docs)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".md")).sorted().toList()) {
        String path =
            docs.relativize(file).toString().replace('\\', '/').replaceFirst("\\.md$", "");
        pages.add(new Page(path, Files.readString(file)));
      }
    }
    pages.addAll(GeneratedPages.all());
    return new Site(docs, pages);
  }

  List<Page> pages() {
    return pages;
  }

  /** Writes the site, replacing an older one. */
  void write(Path site) throws IOException {
    if (Files.exists(site)) {
      try (Stream<Path> old = Files.walk(site)) {
        for (Path path : old.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(path);
        }
      }
    }
    for (Page page : pages) {
      Path file = site.resolve(page.path() + ".html");
      Files.createDirectories(file.getParent());
      Files.writeString(file, html(page));
    }
    try (Stream<Path> files = Files.walk(docs.resolve("assets"))) {
      for (Path asset : files.filter(Files::isRegularFile).toList()) {
        Path target = site.resolve("assets").resolve(asset.getFileName());
        Files.createDirectories(target.getParent());
        Files.copy(asset, target);
      }
    }
  }

  private String html(Page page) {
    Node document = PARSER.parse(page.markdown());
    document.accept(new Links());
    return TEMPLATES.render(
        "page.ftlh",
        Map.of(
            "page", page,
            "sections", Navigation.of(pages),
            "content", RENDERER.render(document)));
  }

  /** Links between Markdown files become links between pages; files outside become code. */
  private static final class Links extends AbstractVisitor {
    @Override
    public void visit(Link link) {
      String target = link.getDestination();
      visitChildren(link);
      if (target.contains("://") || target.startsWith("mailto:") || target.startsWith("#")) {
        return;
      }
      String file = target.replaceFirst("#.*", "");
      if (file.startsWith("../") && !isPage(file)) {
        link.insertBefore(new Code(text(link)));
        link.unlink();
      } else {
        link.setDestination(target.replaceFirst("\\.md(#|$)", ".html$1"));
      }
    }

    private static boolean isPage(String file) {
      return file.endsWith(".md") && !file.matches("(\\.\\./)+[A-Z]+\\.md|.*/conf/README\\.md");
    }

    private static String text(Node node) {
      StringBuilder text = new StringBuilder();
      for (Node child = node.getFirstChild(); child != null; child = child.getNext()) {
        text.append(
            child instanceof Text plain
                ? plain.getLiteral()
                : child instanceof Code code ? code.getLiteral() : text(child));
      }
      return text.toString();
    }
  }
}
