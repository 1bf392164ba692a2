package io.silverspark.jobs.report.chart;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringReader;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;
import org.xml.sax.InputSource;

class ChartImageTest {
  /** Viewers of files need XML, the name space, and colours instead of variables. */
  @Test
  void of_chart_isXmlWithItsColours() throws Exception {
    Bar bar = new Bar("<a> & \u0007", "c1", 0.5, 0.4, 0.6, "0.5");

    String image = ChartImage.of(BarChart.of("bars", List.of(bar), 1, "score"), 460);

    DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
    factory.setNamespaceAware(true);
    Element svg =
        factory
            .newDocumentBuilder()
            .parse(new InputSource(new StringReader(image)))
            .getDocumentElement();
    assertThat(svg.getNamespaceURI()).isEqualTo("http://www.w3.org/2000/svg");
    assertThat(svg.getAttribute("width")).isEqualTo("460");
    assertThat(svg.getTextContent()).contains("<a> & \uFFFD");
    assertThat(image).doesNotContain("var(").contains(".c1 { color: #c77f00; }");
  }
}
