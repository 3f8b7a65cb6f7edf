package dev.suffice.train;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * What the U-Net trains on: the scenes whose latents and captions have been encoded, perspective pictures and panoramas apart. The
 * order is a random permutation for every pass, derived from the seed and the number of the pass.
 */
final class UNetData implements AutoCloseable {
    private final PlacesData data;
    private final Path latents;
    private final Path texts;
    private final long seed;
    private final List<String> names = new ArrayList<>();
    private final List<AutoCloseable> open = new ArrayList<>();
    private final List<Item> perspective = new ArrayList<>();
    private final List<Item> panoramas = new ArrayList<>();
    private final List<Item> heldOut = new ArrayList<>();
    private Optional<TextFeatures> features = Optional.empty();

    /** One scene with its encoded forms. */
    record Item(Scene scene, List<String> captions, LatentStore latents, Optional<LatentStore> mirrored) {}

    UNetData(PlacesData data, Path latents, Path texts, long seed) {
        this.data = data;
        this.latents = latents;
        this.texts = texts;
        this.seed = seed;
    }

    /**
     * Takes in what has been encoded by now.
     *
     * @param exactly the shards to use, as {@link #names} gave them, or nothing for all there are
     */
    void refresh(Optional<List<String>> exactly, int mostShards) throws IOException {
        close();
        if (exactly.isPresent()) {
            data.restore(exactly.get().stream().map(n -> n.replace("+m", "")).toList());
        } else {
            data.refresh(mostShards);
        }
        TextFeatures opened = TextFeatures.open(texts);
        open.add(opened);
        features = Optional.of(opened);
        for (TupleShard shard : data.training()) {
            boolean plain = exactly.map(e -> e.contains(shard.name())).orElse(true);
            boolean both = exactly.map(e -> e.contains(shard.name() + "+m")).orElse(true);
            if ((plain || both) && Files.exists(LatentStore.file(latents, shard.name(), false))) {
                boolean mirrored = both && Files.exists(LatentStore.file(latents, shard.name(), true));
                names.add(shard.name() + (mirrored ? "+m" : ""));
                add(shard, mirrored, opened, perspective, panoramas);
            }
        }
        for (TupleShard shard : data.heldOut()) {
            if (Files.exists(LatentStore.file(latents, shard.name(), false))) {
                add(shard, false, opened, heldOut, new ArrayList<>());
            }
        }
    }

    private void add(TupleShard shard, boolean mirrored, TextFeatures texts, List<Item> flat, List<Item> round)
            throws IOException {
        LatentStore store = LatentStore.open(LatentStore.file(latents, shard.name(), false));
        open.add(store);
        Optional<LatentStore> other = Optional.empty();
        if (mirrored) {
            other = Optional.of(LatentStore.open(LatentStore.file(latents, shard.name(), true)));
            open.add(other.get());
        }
        for (Scene scene : shard.scenes()) {
            List<String> captions = scene.captions().stream().filter(texts::has).toList();
            if (!captions.isEmpty()) {
                (scene.panorama() ? round : flat)
                        .add(new Item(scene, captions, store, scene.mirrorable() ? other : Optional.empty()));
            }
        }
    }

    /** The shards in use; a name ends in {@code +m} where the mirrored copies are used too. */
    List<String> names() {
        return List.copyOf(names);
    }

    List<Item> perspective() {
        return perspective;
    }

    List<Item> panoramas() {
        return panoramas;
    }

    List<Item> heldOut() {
        return heldOut;
    }

    TextFeatures features() {
        return features.orElseThrow(() -> new IllegalStateException("no text features before the first refresh"));
    }

    /** The items at positions {@code from} to {@code from + count} of the endless sequence of permutations. */
    List<Item> sequence(List<Item> items, long from, int count) {
        var chosen = new ArrayList<Item>(count);
        long pass = -1;
        int[] order = {};
        for (long position = from; position < from + count; position++) {
            if (position / items.size() != pass) {
                pass = position / items.size();
                order = permutation(items.size(), seed * 31 + pass);
            }
            chosen.add(items.get(order[(int) (position % items.size())]));
        }
        return chosen;
    }

    private static int[] permutation(int size, long seed) {
        int[] order = new int[size];
        var random = new SplittableRandom(seed);
        for (int i = 0; i < size; i++) {
            int j = random.nextInt(i + 1);
            order[i] = order[j];
            order[j] = i;
        }
        return order;
    }

    @Override
    public void close() throws IOException {
        for (AutoCloseable resource : open) {
            try {
                resource.close();
            } catch (IOException | RuntimeException e) {
                throw e;
            } catch (Exception e) {
                throw new IOException(e);
            }
        }
        open.clear();
        names.clear();
        perspective.clear();
        panoramas.clear();
        heldOut.clear();
        features = Optional.empty();
    }
}
