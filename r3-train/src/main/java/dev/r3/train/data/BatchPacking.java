package dev.r3.train.data;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * Distributes the cells of an epoch over batches in which no skill appears twice.
 *
 * <p>Without a focus the batches are as few as can be, and their sizes differ by one at most:
 * skills in falling order of their cells each take the emptiest batches, ties broken at random.
 */
final class BatchPacking {
  private final int skillsPerBatch;
  private final DomainFocus focus;
  private final Draws draws;
  private final Map<String, Deque<Cell>> waiting = new LinkedHashMap<>();
  private final List<Map<String, Cell>> batches = new ArrayList<>();

  /** A batch that has room, as the queue orders them. */
  private record Open(Map<String, Cell> batch, int size, int tieBreak) {}

  BatchPacking(int skillsPerBatch, DomainFocus focus, Draws draws) {
    this.skillsPerBatch = skillsPerBatch;
    this.focus = focus;
    this.draws = draws;
  }

  /** The batches in random order. */
  List<List<Cell>> pack(List<Cell> cells) {
    for (Cell cell : cells) {
      waiting.computeIfAbsent(cell.skillId(), skill -> new ArrayDeque<>()).add(cell);
    }
    int mostOfOneSkill = waiting.values().stream().mapToInt(Deque::size).max().orElse(0);
    int full = (cells.size() + skillsPerBatch - 1) / skillsPerBatch;
    for (int i = 0; i < Math.max(full, mostOfOneSkill); i++) {
      batches.add(new LinkedHashMap<>());
    }
    placeFocused(cells);
    placeRest();
    return draws.shuffled(batches).stream()
        .filter(batch -> !batch.isEmpty())
        .map(batch -> List.copyOf(batch.values()))
        .toList();
  }

  /** Gives each batch a domain, drawn in proportion to the domains' cells, and its share of it. */
  private void placeFocused(List<Cell> cells) {
    int share = (int) Math.round(focus.share() * cells.size() / batches.size());
    if (share == 0) {
      return;
    }
    Map<String, List<String>> skillsByDomain = new LinkedHashMap<>();
    for (String skill : waiting.keySet()) {
      @Nullable String domain = focus.domains().get(skill);
      if (domain != null) {
        skillsByDomain.computeIfAbsent(domain, key -> new ArrayList<>()).add(skill);
      }
    }
    List<String> domainOfCell = new ArrayList<>();
    for (Cell cell : cells) {
      @Nullable String domain = focus.domains().get(cell.skillId());
      if (domain != null) {
        domainOfCell.add(domain);
      }
    }
    List<String> drawn = draws.sample(domainOfCell, batches.size());
    for (int i = 0; i < drawn.size(); i++) {
      for (String skill :
          mostWaiting(skillsByDomain.getOrDefault(drawn.get(i), List.of()), share)) {
        place(skill, batches.get(i));
      }
    }
  }

  private void placeRest() {
    PriorityQueue<Open> open =
        new PriorityQueue<>(Comparator.comparingInt(Open::size).thenComparingInt(Open::tieBreak));
    batches.forEach(batch -> offer(batch, open));
    for (String skill : mostWaiting(List.copyOf(waiting.keySet()), waiting.size())) {
      int cells = waiting(skill);
      List<Open> others = new ArrayList<>();
      List<Map<String, Cell>> chosen = new ArrayList<>();
      while (chosen.size() < cells && !open.isEmpty()) {
        Open emptiest = open.remove();
        if (emptiest.batch().containsKey(skill)) {
          others.add(emptiest);
        } else {
          chosen.add(emptiest.batch());
        }
      }
      while (chosen.size() < cells) {
        Map<String, Cell> batch = new LinkedHashMap<>();
        batches.add(batch);
        chosen.add(batch);
      }
      open.addAll(others);
      for (Map<String, Cell> batch : chosen) {
        place(skill, batch);
        offer(batch, open);
      }
    }
  }

  private void offer(Map<String, Cell> batch, PriorityQueue<Open> open) {
    if (batch.size() < skillsPerBatch) {
      open.add(new Open(batch, batch.size(), draws.bits()));
    }
  }

  /** Those of the skills with most cells waiting, most first, ties in random order. */
  private List<String> mostWaiting(List<String> skills, int count) {
    List<String> left = skills.stream().filter(skill -> waiting(skill) > 0).toList();
    List<String> order = draws.shuffled(left);
    order.sort(Collections.reverseOrder(Comparator.comparingInt(this::waiting)));
    return order.subList(0, Math.min(count, order.size()));
  }

  private int waiting(String skill) {
    return cellsOf(skill).size();
  }

  private void place(String skill, Map<String, Cell> batch) {
    batch.put(skill, cellsOf(skill).remove());
  }

  private Deque<Cell> cellsOf(String skill) {
    return waiting.computeIfAbsent(skill, key -> new ArrayDeque<>());
  }
}
