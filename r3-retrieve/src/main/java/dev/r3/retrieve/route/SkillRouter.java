package dev.r3.retrieve.route;

import dev.r3.retrieve.index.EmbeddingCache;
import dev.r3.retrieve.index.ExactIndex;
import dev.r3.retrieve.index.Hit;
import dev.r3.retrieve.skill.Skill;
import dev.r3.retrieve.skill.SkillLibrary;
import dev.r3.tensor.Backend;
import dev.r3.tensor.Backends;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;

/**
 * Finds the skills of a library that solve a request: the first stage compares embeddings with the
 * whole library and keeps the best ({@code recallDepth}); the second, where there is one, reads
 * each of those together with the request and orders them anew.
 *
 * <p>What the second stage did not read never comes before what it read. Equal scores are ordered
 * by id. Safe for any number of threads; {@link #close} waits for requests that are under way.
 *
 * <pre>{@code
 * try (SkillRouter router = SkillRouter.builder(embedder).reranker(scorer).library(library)) {
 *   List<Routed> skills = router.route("turn these receipts into a report", 5);
 * }
 * }</pre>
 */
public final class SkillRouter implements AutoCloseable {
  private final SkillLibrary library;
  private final TextEmbedder embedder;
  private final @Nullable PairScorer reranker;
  private final int recallDepth;
  private final Executor executor;
  private final ExactIndex index;
  private final Runnable afterwards;

  /** Requests hold the read lock; closing takes the write lock. */
  private final ReadWriteLock lock = new ReentrantReadWriteLock();

  private boolean closed;

  private SkillRouter(Builder builder, SkillLibrary library, ExactIndex index) {
    this.library = library;
    this.embedder = builder.embedder;
    this.reranker = builder.reranker;
    this.recallDepth = builder.recallDepth;
    this.executor = builder.executor;
    this.index = index;
    this.afterwards = builder.afterwards;
  }

  /**
   * Begins a router with trained models: a run of {@code r3 demo} or {@code r3 train}, or one
   * embedding model. Computes on a GPU where ND4J finds one, else on the Java backend.
   *
   * @param models as {@link RouterModels#in} reads it
   * @throws dev.r3.tensor.io.DataException if the folder holds no such models
   */
  public static Builder open(Path models) {
    return open(RouterModels.in(models));
  }

  /**
   * The same with models in folders of their own, such as the released R3-Embedding and
   * R3-Reranker.
   */
  public static Builder open(Path embedding, Path reranker) {
    return open(new RouterModels(embedding, Optional.of(reranker)));
  }

  private static Builder open(RouterModels folders) {
    Backend backend = Backends.open("auto");
    try {
      return folders.open(backend).closing(backend::close);
    } catch (RuntimeException | Error failure) {
      backend.close();
      throw failure;
    }
  }

  /** Begins a router; it will own the embedder and close it. */
  public static Builder builder(TextEmbedder embedder) {
    return new Builder(embedder);
  }

  public SkillLibrary library() {
    return library;
  }

  /**
   * The best skills for a request, best first: topK of them, or all where there are fewer.
   *
   * @throws IllegalArgumentException if the request is blank or topK is below one
   * @throws IllegalStateException if the router is closed
   */
  public List<Routed> route(String request, int topK) {
    return routeAll(List.of(request), topK).get(0);
  }

  /** As {@link #route} for many requests, which the models then read in larger batches. */
  public List<List<Routed>> routeAll(List<String> requests, int topK) {
    for (String request : requests) {
      if (request.isBlank()) {
        throw new IllegalArgumentException(
            "SkillRouter: expected a request that is not blank, got \"" + request + "\"");
      }
    }
    if (topK < 1) {
      throw new IllegalArgumentException("SkillRouter: expected topK >= 1, got " + topK);
    }
    lock.readLock().lock();
    try {
      if (closed) {
        throw new IllegalStateException("SkillRouter: expected an open router, got a closed one");
      }
      return requests.isEmpty() ? List.of() : twoStages(requests, topK);
    } finally {
      lock.readLock().unlock();
    }
  }

  private List<List<Routed>> twoStages(List<String> requests, int topK) {
    int depth = reranker == null ? topK : Math.max(topK, recallDepth);
    List<List<Hit>> recalled = new ArrayList<>(requests.size());
    for (float[] query : embedder.embedQueries(requests)) {
      recalled.add(index.search(query, depth, executor));
    }
    SecondStage.requireOneEach("embedding", requests.size(), recalled.size());
    List<List<Ranked>> ranked =
        reranker == null
            ? recalled.stream().map(Ranked::unread).toList()
            : new SecondStage(reranker, library, recallDepth).rank(requests, recalled);
    return ranked.stream().map(list -> result(list, topK)).toList();
  }

  private List<Routed> result(List<Ranked> ranked, int topK) {
    List<Routed> result = new ArrayList<>();
    for (Ranked skill : ranked.subList(0, Math.min(topK, ranked.size()))) {
      Hit hit = skill.hit();
      result.add(
          new Routed(library.get(hit.id()), result.size() + 1, hit.score(), skill.rerankScore()));
    }
    return List.copyOf(result);
  }

  /** Closes both models. Does nothing the second time. */
  @Override
  public void close() {
    lock.writeLock().lock();
    try {
      if (closed) {
        return;
      }
      closed = true;
      try (embedder;
          PairScorer second = reranker) {
        // Both close, in whatever way the other's closing ends.
      } finally {
        afterwards.run();
      }
    } finally {
      lock.writeLock().unlock();
    }
  }

  /** The settings of a router; {@link #library} is the last step. */
  public static final class Builder {
    /** How many skills the second stage reads in the reference. */
    public static final int DEFAULT_RECALL_DEPTH = 20;

    private final TextEmbedder embedder;
    private @Nullable PairScorer reranker;
    private int recallDepth = DEFAULT_RECALL_DEPTH;
    private @Nullable EmbeddingCache cache;
    private Executor executor = ForkJoinPool.commonPool();

    private Runnable afterwards = () -> {};

    private Builder(TextEmbedder embedder) {
      this.embedder = embedder;
    }

    /** Adds a second stage; the router will own it and close it. */
    public Builder reranker(PairScorer reranker) {
      this.reranker = reranker;
      return this;
    }

    /**
     * How many skills the second stage reads.
     *
     * @throws IllegalArgumentException if below one
     */
    public Builder recallDepth(int recallDepth) {
      if (recallDepth < 1) {
        throw new IllegalArgumentException(
            "SkillRouter: expected recallDepth >= 1, got " + recallDepth);
      }
      this.recallDepth = recallDepth;
      return this;
    }

    /** Where embeddings are kept; beside the library if not said. */
    public Builder cache(EmbeddingCache cache) {
      this.cache = cache;
      return this;
    }

    /** What to close after both models, such as the backend that they share. */
    Builder closing(Runnable afterwards) {
      this.afterwards = afterwards;
      return this;
    }

    /** Who helps to search large libraries; the common pool if not said. */
    public Builder executor(Executor executor) {
      this.executor = executor;
      return this;
    }

    /** Embeds the library, as far as its embeddings are not kept already, and opens the router. */
    public SkillRouter library(SkillLibrary library) {
      EmbeddingCache embeddings =
          cache != null
              ? cache
              : library.source().map(EmbeddingCache::beside).orElseGet(EmbeddingCache::none);
      List<Skill> skills = library.skills();
      float[][] vectors =
          embeddings.embeddings(
              embedder.fingerprint(),
              embedder.dimension(),
              skills.stream().map(Skill::text).toList(),
              embedder::embedSkills);
      ExactIndex index = ExactIndex.of(skills.stream().map(Skill::id).toList(), vectors);
      return new SkillRouter(this, library, index);
    }
  }
}
