package dev.r3.retrieve.route;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * An embedder for tests: one axis a word of a small vocabulary, one for everything else. Counts
 * what it embeds.
 */
final class WordEmbedder implements TextEmbedder {
  private static final List<String> WORDS = List.of("pdf", "report", "music", "travel");

  final List<String> embeddedSkills = new ArrayList<>();
  final AtomicInteger queryCalls = new AtomicInteger();
  private final String fingerprint;
  boolean closed;

  WordEmbedder(String fingerprint) {
    this.fingerprint = fingerprint;
  }

  @Override
  public int dimension() {
    return WORDS.size() + 1;
  }

  @Override
  public float[][] embedQueries(List<String> queries) {
    queryCalls.incrementAndGet();
    return queries.stream().map(WordEmbedder::embed).toArray(float[][]::new);
  }

  @Override
  public float[][] embedSkills(List<String> skills) {
    embeddedSkills.addAll(skills);
    return skills.stream().map(WordEmbedder::embed).toArray(float[][]::new);
  }

  @Override
  public String fingerprint() {
    return fingerprint;
  }

  @Override
  public void close() {
    closed = true;
  }

  private static float[] embed(String text) {
    float[] vector = new float[WORDS.size() + 1];
    vector[WORDS.size()] = 0.1f;
    for (String word : text.split("[^a-z]+")) {
      if (WORDS.contains(word)) {
        vector[WORDS.indexOf(word)]++;
      }
    }
    double squares = 0;
    for (float x : vector) {
      squares += x * x;
    }
    for (int i = 0; i < vector.length; i++) {
      vector[i] /= (float) Math.sqrt(squares);
    }
    return vector;
  }
}
