package dev.r3.train.data;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Batches for in-batch InfoNCE in which each skill is encoded once: a batch holds some different
 * gold skills and for each of them a few requests whose gold it is, such as a request and its
 * translation.
 *
 * <p>An epoch holds every request once. A request with several golds goes to one of them, drawn
 * anew each epoch, and its other golds are masked wherever they are columns; the members of a
 * parallel pair go to the same gold. An epoch's batches are a function of the seed and the epoch's
 * number.
 *
 * <p>Batches are as few as the limits allow, and equally large. A skill that is gold for very many
 * requests makes more, smaller batches, because it can be in each batch once: raise {@code
 * requestsPerSkill} there.
 */
public final class ContrastiveSampler {
  /**
   * The limits of a batch.
   *
   * @param skillsPerBatch how many gold skills at most
   * @param requestsPerSkill how many requests of each at most
   */
  public record Shape(int skillsPerBatch, int requestsPerSkill) {
    public Shape {
      if (skillsPerBatch < 2 || requestsPerSkill < 1) {
        throw new IllegalArgumentException(
            "ContrastiveSampler.Shape: expected skillsPerBatch >= 2 and requestsPerSkill >= 1, got "
                + skillsPerBatch
                + " and "
                + requestsPerSkill);
      }
    }
  }

  private final List<List<Request>> parallel;
  private final Shape shape;
  private final DomainFocus focus;
  private final long seed;

  public ContrastiveSampler(List<Request> requests, Shape shape, DomainFocus focus, long seed) {
    if (requests.isEmpty()) {
      throw new IllegalArgumentException(
          "ContrastiveSampler: expected at least one request, got none");
    }
    Texts.requireDistinct(
        requests.stream().map(Request::id).toList(), "ContrastiveSampler", "request ids");
    this.parallel = parallel(requests);
    this.shape = shape;
    this.focus = focus;
    this.seed = seed;
  }

  /** Requests that are each other's translations, together. */
  private static List<List<Request>> parallel(List<Request> requests) {
    Map<String, List<Request>> byOriginal = new LinkedHashMap<>();
    for (Request request : requests) {
      List<Request> group =
          byOriginal.computeIfAbsent(request.originalId(), id -> new ArrayList<>());
      group.add(request);
      List<String> golds = group.get(0).skillIds();
      if (!new HashSet<>(golds).equals(new HashSet<>(request.skillIds()))) {
        throw new IllegalArgumentException(
            "ContrastiveSampler: expected the golds "
                + golds
                + " of the parallel request "
                + group.get(0).id()
                + " for "
                + request.id()
                + ", got "
                + request.skillIds());
      }
    }
    return List.copyOf(byOriginal.values());
  }

  /** The batches of an epoch, in order; to resume, go on at the next one. */
  public List<ContrastiveBatch> epoch(int epoch, HardNegatives hardNegatives) {
    Draws draws = Draws.of(seed, Draws.Use.CONTRASTIVE_BATCHES, epoch, 0);
    Map<String, List<List<Request>>> byGold = new LinkedHashMap<>();
    for (List<Request> group : draws.shuffled(parallel)) {
      String gold = draws.one(group.get(0).skillIds());
      byGold.computeIfAbsent(gold, skill -> new ArrayList<>()).add(group);
    }
    List<Cell> cells = new ArrayList<>();
    byGold.forEach((skill, groups) -> cells.addAll(cells(skill, groups)));
    return new BatchPacking(shape.skillsPerBatch(), focus, draws)
        .pack(cells).stream().map(batch -> batch(batch, hardNegatives)).toList();
  }

  /** Fills cells with requests, parallel ones together: the largest groups first, first fit. */
  private Collection<Cell> cells(String skill, List<List<Request>> groups) {
    List<List<Request>> pieces = new ArrayList<>();
    for (List<Request> group : groups) {
      for (int from = 0; from < group.size(); from += shape.requestsPerSkill()) {
        pieces.add(group.subList(from, Math.min(group.size(), from + shape.requestsPerSkill())));
      }
    }
    pieces.sort(Comparator.<List<Request>>comparingInt(List::size).reversed());
    List<Cell> cells = new ArrayList<>();
    for (List<Request> piece : pieces) {
      cells.stream()
          .filter(cell -> cell.requests().size() + piece.size() <= shape.requestsPerSkill())
          .findFirst()
          .orElseGet(
              () -> {
                Cell cell = new Cell(skill, new ArrayList<>());
                cells.add(cell);
                return cell;
              })
          .requests()
          .addAll(piece);
    }
    return cells;
  }

  private static ContrastiveBatch batch(List<Cell> cells, HardNegatives hardNegatives) {
    List<Request> queries = new ArrayList<>();
    List<Integer> goldColumn = new ArrayList<>();
    Set<String> columns = new LinkedHashSet<>();
    for (Cell cell : cells) {
      for (Request request : cell.requests()) {
        queries.add(request);
        goldColumn.add(columns.size());
      }
      columns.add(cell.skillId());
    }
    for (Request query : queries) {
      columns.addAll(hardNegatives.forRequest(query));
    }
    return ContrastiveBatch.of(
        queries, List.copyOf(columns), goldColumn.stream().mapToInt(Integer::intValue).toArray());
  }
}
