package dev.r3.cli.progress;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class PrintableTest {
  @Test
  void whatATerminalObeysIsWrittenOut() {
    assertThat(Printable.text("a\u001b[31mb\u0007\u009b2J\r\n\t\u007f"))
        .isEqualTo("a\\u001b[31mb\\u0007\\u009b2J\\u000d\\u000a\\u0009\\u007f");
    assertThat(Printable.text("\u202egnp.exe\u2066\u200f\u061c\u2028"))
        .isEqualTo("\\u202egnp.exe\\u2066\\u200f\\u061c\\u2028");
    assertThat(Printable.text("half \ud83d pair")).isEqualTo("half \\ud83d pair");
  }

  @Test
  void whatPeopleWriteStays() {
    String text = "合同 naïve é\u0301 👩\u200d💻 \\u001b – 한국어 עברית";
    assertThat(Printable.text(text)).isEqualTo(text);
  }

  @Test
  void paddingCountsTheColumnsThatATerminalShows() {
    assertThat(Printable.padded("ab", 4)).isEqualTo("ab  ");
    assertThat(Printable.padded("合同", 6)).isEqualTo("合同  ");
    assertThat(Printable.padded("e\u0301", 3)).isEqualTo("e\u0301  ");
    assertThat(Printable.padded("\u001b", 8)).isEqualTo("\\u001b  ");
    assertThat(Printable.padded("longer", 3)).isEqualTo("longer");
  }

  @Property
  void nothingIsLeftToObey(@ForAll String text) {
    assertThat(Printable.text(text).codePoints())
        .noneMatch(c -> Character.isISOControl(c) || Character.getType(c) == Character.SURROGATE);
  }
}
