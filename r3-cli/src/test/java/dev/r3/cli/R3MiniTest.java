package dev.r3.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.r3.train.data.ContrastiveBatch;
import dev.r3.train.data.ContrastiveSampler;
import dev.r3.train.data.DomainFocus;
import dev.r3.train.data.HardNegatives;
import dev.r3.train.data.Rejection;
import dev.r3.train.data.Request;
import dev.r3.train.data.SkillDataset;
import dev.r3.train.data.SkillText;
import dev.r3.train.data.SkipPartners;
import dev.r3.train.data.Split;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The data set that travels with the command line is whole, and the samplers can use it. */
class R3MiniTest {
  private static final SkillDataset DATA =
      SkillDataset.readResources(R3MiniTest.class, "/dev/r3/cli/r3-mini");

  @Test
  void everySplitIsWhole() {
    assertThat(DATA.skills()).hasSize(528);
    assertThat(DATA.pool(Split.TRAIN)).hasSize(384);
    assertThat(DATA.pool(Split.DEV)).hasSize(48);
    assertThat(DATA.pool(Split.TEST)).hasSize(96);
    assertThat(DATA.requests(Split.TRAIN)).hasSize(4174);
    assertThat(DATA.requests(Split.DEV)).hasSize(263);
    assertThat(DATA.requests(Split.TEST)).hasSize(528);
    assertThat(DATA.rejections(Split.TRAIN)).hasSize(601);
    assertThat(DATA.rejections(Split.DEV)).hasSize(64);
    assertThat(DATA.rejections(Split.TEST)).hasSize(143);
  }

  @Test
  void splitsShareNoSkill() {
    for (Split split : Split.values()) {
      List<String> pool = DATA.pool(split).stream().map(SkillText::id).toList();
      assertThat(DATA.requests(split)).allMatch(request -> pool.containsAll(request.skillIds()));
      assertThat(DATA.rejections(split)).allMatch(r -> pool.containsAll(r.skillIds()));
    }
  }

  @Test
  void everyTrainingRequestIsHalfOfAPairInTwoLanguages() {
    Map<String, List<String>> languages =
        DATA.requests(Split.TRAIN).stream()
            .collect(
                Collectors.groupingBy(
                    Request::originalId,
                    Collectors.mapping(Request::language, Collectors.toList())));
    assertThat(languages.values())
        .hasSize(2087)
        .allSatisfy(pair -> assertThat(pair).containsExactlyInAnyOrder("en", "zh"));
  }

  @Test
  void partnersAgreeWithASearchThroughAllRejections() {
    List<Rejection> rejections = DATA.rejections(Split.TRAIN);
    SkipPartners partners = SkipPartners.of(rejections);
    int found = 0;
    for (Request request : DATA.requests(Split.TRAIN)) {
      TreeSet<String> expected = new TreeSet<>();
      for (Rejection rejection : rejections) {
        if (rejection.skillIds().stream().anyMatch(request.skillIds()::contains)) {
          expected.addAll(rejection.skillIds());
        }
      }
      request.skillIds().forEach(expected::remove);
      assertThat(partners.of(request)).containsExactlyElementsOf(expected);
      found += expected.size();
    }
    assertThat(found).isEqualTo(20262);
  }

  @Test
  void anEpochOfPairsIsAsShortAsItCanBe() {
    ContrastiveSampler sampler =
        new ContrastiveSampler(
            DATA.requests(Split.TRAIN),
            new ContrastiveSampler.Shape(32, 2),
            DomainFocus.on(SkillText::subdomain, DATA.skills().values(), 0.25),
            1);
    List<Request> seen = new ArrayList<>();
    List<ContrastiveBatch> batches = sampler.epoch(0, HardNegatives.none());
    for (ContrastiveBatch batch : batches) {
      seen.addAll(batch.queries());
      assertThat(batch.skillIds()).hasSizeBetween(31, 32);
      assertThat(batch.queries()).hasSize(2 * batch.skillIds().size());
    }
    assertThat(batches).hasSize(66);
    assertThat(seen).containsExactlyInAnyOrderElementsOf(DATA.requests(Split.TRAIN));
  }
}
