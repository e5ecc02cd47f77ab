package dev.r3.transformer.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;

class LongIntMapTest {
  @Property
  void holdsWhatAHashMapHolds(
      @ForAll @Size(max = 300)
          Map<
                  @LongRange(min = 0, max = Long.MAX_VALUE) Long,
                  @IntRange(min = 0, max = Integer.MAX_VALUE) Integer>
              entries,
      @ForAll @LongRange(min = 0, max = Long.MAX_VALUE) Long other) {
    LongIntMap map = new LongIntMap(0);
    entries.forEach((key, value) -> map.put(key, 7));
    entries.forEach(map::put);
    entries.forEach((key, value) -> assertThat(map.get(key)).isEqualTo(value));
    assertThat(map.get(other)).isEqualTo(entries.getOrDefault(other, LongIntMap.ABSENT));
  }
}
