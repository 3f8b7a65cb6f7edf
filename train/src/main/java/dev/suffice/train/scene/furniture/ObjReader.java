package dev.suffice.train.scene.furniture;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads Wavefront OBJ models: polygons become triangle fans, indices may be negative (counted from the end), faces without area or with
 * indices that point nowhere are dropped, faces without normals get their plane's normal, and materials that the library lacks
 * become light grey.
 */
public final class ObjReader {
    private final Map<String, Material> library;
    private float[] vertices = new float[3 * 1024];
    private float[] normals = new float[3 * 1024];
    private float[] uvs = new float[2 * 1024];
    private int vertexCount;
    private int normalCount;
    private int uvCount;

    private float[] outPositions = new float[9 * 1024];
    private float[] outNormals = new float[9 * 1024];
    private float[] outUvs = new float[6 * 1024];
    private int[] outMaterials = new int[1024];
    private int triangles;
    private final List<Material> used = new ArrayList<>();
    private final Map<String, Integer> indexOf = new HashMap<>();

    private ObjReader(Map<String, Material> library) {
        this.library = library;
    }

    /**
     * The material libraries a model names, in order.
     *
     * @param text the OBJ file's text
     */
    public static List<String> libraries(String text) {
        return text.lines()
                .map(String::strip)
                .filter(line -> line.startsWith("mtllib "))
                .map(line -> line.substring("mtllib ".length()).strip())
                .toList();
    }

    /**
     * Parses a model.
     *
     * @param text the OBJ file's text
     * @param library its materials by name
     * @throws IllegalArgumentException if a vertex line has too few or unreadable numbers; the message says which line
     */
    public static Mesh read(String text, Map<String, Material> library) {
        return new ObjReader(library).parse(text);
    }

    private Mesh parse(String text) {
        int material = material("");
        int lineNumber = 0;
        int at = 0;
        while (at < text.length()) {
            int end = text.indexOf('\n', at);
            if (end < 0) {
                end = text.length();
            }
            String line = text.substring(at, end).strip();
            at = end + 1;
            lineNumber++;
            if (line.startsWith("v ")) {
                vertices = room(vertices, 3 * vertexCount + 3);
                numbers(line, 3, vertices, 3 * vertexCount++, lineNumber);
            } else if (line.startsWith("vn ")) {
                normals = room(normals, 3 * normalCount + 3);
                numbers(line, 3, normals, 3 * normalCount++, lineNumber);
            } else if (line.startsWith("vt ")) {
                uvs = room(uvs, 2 * uvCount + 2);
                numbers(line, 2, uvs, 2 * uvCount++, lineNumber);
            } else if (line.startsWith("usemtl")) {
                material = material(line.substring("usemtl".length()).strip());
            } else if (line.startsWith("f ")) {
                face(line, material);
            }
        }
        return new Mesh(
                Arrays.copyOf(outPositions, 9 * triangles),
                Arrays.copyOf(outNormals, 9 * triangles),
                Arrays.copyOf(outUvs, 6 * triangles),
                Arrays.copyOf(outMaterials, triangles),
                used);
    }

    private int material(String name) {
        return indexOf.computeIfAbsent(name, missing -> {
            var found = library.get(missing);
            used.add(found == null ? Material.missing(missing) : found);
            return used.size() - 1;
        });
    }

    private void face(String line, int material) {
        String[] corners = line.substring(2).strip().split("\\s+");
        int n = corners.length;
        var v = new int[n];
        var t = new int[n];
        var m = new int[n];
        int kept = 0;
        for (String corner : corners) {
            String[] parts = corner.split("/", -1);
            v[kept] = index(parts, 0, vertexCount);
            t[kept] = index(parts, 1, uvCount);
            m[kept] = index(parts, 2, normalCount);
            if (v[kept] >= 0) {
                kept++;
            }
        }
        for (int i = 2; i < kept; i++) {
            triangle(v, t, m, 0, i - 1, i, material);
        }
    }

    private void triangle(int[] v, int[] t, int[] m, int a, int b, int c, int material) {
        int[] corner = {a, b, c};
        int pa = 3 * v[a];
        int pb = 3 * v[b];
        int pc = 3 * v[c];
        double ux = vertices[pb] - vertices[pa];
        double uy = vertices[pb + 1] - vertices[pa + 1];
        double uz = vertices[pb + 2] - vertices[pa + 2];
        double wx = vertices[pc] - vertices[pa];
        double wy = vertices[pc + 1] - vertices[pa + 1];
        double wz = vertices[pc + 2] - vertices[pa + 2];
        double nx = uy * wz - uz * wy;
        double ny = uz * wx - ux * wz;
        double nz = ux * wy - uy * wx;
        double area = Math.sqrt(nx * nx + ny * ny + nz * nz);
        double edges = Math.max(ux * ux + uy * uy + uz * uz, wx * wx + wy * wy + wz * wz);
        if (!(area > 1e-9 * edges) || area == 0) {
            return;
        }
        float[] plane = {(float) (nx / area), (float) (ny / area), (float) (nz / area)};
        outPositions = room(outPositions, 9 * triangles + 9);
        outNormals = room(outNormals, 9 * triangles + 9);
        outUvs = room(outUvs, 6 * triangles + 6);
        if (triangles == outMaterials.length) {
            outMaterials = Arrays.copyOf(outMaterials, 2 * triangles);
        }
        for (int k = 0; k < 3; k++) {
            int i = corner[k];
            System.arraycopy(vertices, 3 * v[i], outPositions, 9 * triangles + 3 * k, 3);
            if (t[i] >= 0) {
                System.arraycopy(uvs, 2 * t[i], outUvs, 6 * triangles + 2 * k, 2);
            } else {
                outUvs[6 * triangles + 2 * k] = 0;
                outUvs[6 * triangles + 2 * k + 1] = 0;
            }
            normal(m[i], plane, 9 * triangles + 3 * k);
        }
        outMaterials[triangles++] = material;
    }

    private void normal(int index, float[] plane, int at) {
        if (index >= 0) {
            float x = normals[3 * index];
            float y = normals[3 * index + 1];
            float z = normals[3 * index + 2];
            float length = (float) Math.sqrt(x * x + y * y + z * z);
            if (length > 1e-6f) {
                outNormals[at] = x / length;
                outNormals[at + 1] = y / length;
                outNormals[at + 2] = z / length;
                return;
            }
        }
        System.arraycopy(plane, 0, outNormals, at, 3);
    }

    /** The zero-based index of one part of a corner such as {@code 4/-1/2}, or -1 if there is none or it points nowhere. */
    private static int index(String[] parts, int part, int count) {
        if (part >= parts.length || parts[part].isEmpty()) {
            return -1;
        }
        try {
            int written = Integer.parseInt(parts[part]);
            int index = written < 0 ? count + written : written - 1;
            return index >= 0 && index < count ? index : -1;
        } catch (NumberFormatException notAnIndex) {
            return -1;
        }
    }

    private static void numbers(String line, int n, float[] into, int at, int lineNumber) {
        int i = line.indexOf(' ');
        for (int k = 0; k < n; k++) {
            while (i < line.length() && line.charAt(i) <= ' ') {
                i++;
            }
            int start = i;
            while (i < line.length() && line.charAt(i) > ' ') {
                i++;
            }
            try {
                into[at + k] = Float.parseFloat(line.substring(start, i));
            } catch (NumberFormatException bad) {
                throw new IllegalArgumentException(
                        "OBJ line " + lineNumber + " \"" + line + "\": expected " + n + " numbers", bad);
            }
        }
    }

    private static float[] room(float[] array, int needed) {
        return needed <= array.length ? array : Arrays.copyOf(array, Math.max(needed, 2 * array.length));
    }
}
