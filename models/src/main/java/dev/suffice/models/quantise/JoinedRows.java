package dev.suffice.models.quantise;

import java.util.List;
import java.util.stream.Collectors;

/** Matrices of equally long rows, one below the other. Not thread-safe. */
public final class JoinedRows implements MatrixRows {
    private final List<MatrixRows> parts;

    /**
     * Joins them.
     *
     * @param parts from the top, at least one
     * @throws IllegalArgumentException if their rows are not equally long
     */
    public JoinedRows(List<? extends MatrixRows> parts) {
        this.parts = List.copyOf(parts);
        if (parts.stream().mapToInt(MatrixRows::columns).distinct().count() != 1) {
            throw new IllegalArgumentException("%s: have rows of different lengths".formatted(name()));
        }
    }

    @Override
    public String name() {
        return parts.stream().map(MatrixRows::name).collect(Collectors.joining(" and "));
    }

    @Override
    public long rows() {
        return parts.stream().mapToLong(MatrixRows::rows).sum();
    }

    @Override
    public int columns() {
        return parts.getFirst().columns();
    }

    @Override
    public void read(long row, float[] target) {
        long within = row;
        for (var part : parts) {
            if (within < part.rows()) {
                part.read(within, target);
                return;
            }
            within -= part.rows();
        }
        throw new IndexOutOfBoundsException("row %d of %d of %s".formatted(row, rows(), name()));
    }
}
