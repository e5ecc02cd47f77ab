package dev.r3.tensor.nd4j;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Owns the arrays of the tensors made in it and gives all of them back when it closes. The root
 * scope owns nothing: its arrays are freed when the garbage collector finds their tensors.
 */
final class Scope {
  private final @Nullable Scope parent;
  private final Memory rootMemory;
  private final Memory memory;
  private final DataType type;
  private final Set<Nd4jStorage> owned = Collections.newSetFromMap(new IdentityHashMap<>());
  private boolean open = true;

  private Scope(@Nullable Scope parent, Memory rootMemory, DataType type) {
    this.parent = parent;
    this.rootMemory = rootMemory;
    this.memory = parent == null ? rootMemory : new Memory(rootMemory);
    this.type = type;
  }

  static Scope root(DataType type) {
    return new Scope(null, new Memory(null), type);
  }

  Scope child() {
    requireOpen();
    return new Scope(this, rootMemory, type);
  }

  DataType type() {
    return type;
  }

  /** Storage with arbitrary contents. */
  Nd4jStorage allocate(int size) {
    requireOpen();
    if (parent == null) {
      return new Nd4jStorage(this, Nd4j.createUninitialized(type, Math.max(size, 1)), size);
    }
    Nd4jStorage storage = new Nd4jStorage(this, memory.acquire(type, size), size);
    owned.add(storage);
    return storage;
  }

  /** Room for the temporary arrays of one kernel. */
  Scratch scratch() {
    requireOpen();
    return new Scratch(memory, type, parent == null);
  }

  /** Gives one array back early if it is this scope's. */
  void recycle(Nd4jStorage storage) {
    if (owned.remove(storage)) {
      memory.release(storage.detach());
    }
  }

  /** Closes this scope but hands one storage, its own or that of an ancestor, to the parent. */
  void closeKeeping(Nd4jStorage kept) {
    requireOpen();
    if (parent == null) {
      throw new IllegalStateException(
          "Nd4jBackend.closeKeeping: expected a scope, got the root backend; its tensors need no"
              + " parent");
    }
    parent.requireOpen();
    if (owned.remove(kept)) {
      memory.giveAway(kept.array());
      parent.adopt(kept);
    } else if (!isDescendantOf(kept.owner())) {
      throw new IllegalArgumentException(
          "Nd4jBackend.closeKeeping: expected a tensor of this scope or of one around it, got one"
              + " of another scope");
    }
    close();
  }

  void close() {
    if (!open) {
      return;
    }
    open = false;
    Nd4j.getExecutioner().commit(); // another thread may get the arrays next
    for (Nd4jStorage storage : owned) {
      memory.release(storage.detach());
    }
    owned.clear();
    if (parent == null) {
      memory.free();
    } else {
      memory.drain(rootMemory);
    }
  }

  private void adopt(Nd4jStorage storage) {
    storage.moveTo(this);
    if (parent != null) {
      memory.adopt(storage.array());
      owned.add(storage);
    }
  }

  private boolean isDescendantOf(Scope other) {
    for (Scope scope = this; scope != null; scope = scope.parent) {
      if (scope == other) {
        return true;
      }
    }
    return false;
  }

  private void requireOpen() {
    if (!open) {
      throw new IllegalStateException(
          "Nd4jBackend: expected an open scope, got one that is closed");
    }
  }
}
