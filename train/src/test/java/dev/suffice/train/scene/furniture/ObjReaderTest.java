package dev.suffice.train.scene.furniture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;

class ObjReaderTest {
    private static final String SQUARE = "v 0 0 0\nv 1 0 0\nv 1 1 0\nv 0 1 0\n";

    @Test
    void cutsPolygonsIntoFans() {
        Mesh mesh = ObjReader.read(SQUARE + "f 1 2 3 4\n", Map.of());
        assertThat(mesh.triangles()).isEqualTo(2);
        assertThat(mesh.positions()).containsExactly(0, 0, 0, 1, 0, 0, 1, 1, 0, 0, 0, 0, 1, 1, 0, 0, 1, 0);
    }

    @Test
    void countsNegativeIndicesFromTheEnd() {
        Mesh negative = ObjReader.read(SQUARE + "vt 0 0\nvt 0.5 1\nf -4/-2 -3/-1 -2/-1\nv 9 9 9\n", Map.of());
        Mesh positive = ObjReader.read(SQUARE + "vt 0 0\nvt 0.5 1\nf 1/1 2/2 3/2\nv 9 9 9\n", Map.of());
        assertThat(negative.positions()).containsExactly(positive.positions());
        assertThat(negative.uvs()).containsExactly(0, 0, 0.5f, 1, 0.5f, 1);
    }

    @Test
    void dropsFacesWithoutArea() {
        assertThat(ObjReader.read(SQUARE + "f 1 2 2\nf 1 1 1\nv 2 0 0\nf 1 2 5\n", Map.of())
                        .triangles())
                .isZero();
    }

    @Test
    void dropsCornersThatPointNowhere() {
        assertThat(ObjReader.read(SQUARE + "f 1 2 99\nf 1 2 -9\nf 0 1 2\nf a b c\n", Map.of())
                        .triangles())
                .isZero();
        assertThat(ObjReader.read(SQUARE + "f 1 2 3 99\n", Map.of()).triangles())
                .isEqualTo(1);
    }

    @Test
    void givesFacesWithoutNormalsTheirPlanes() {
        Mesh mesh = ObjReader.read(SQUARE + "f 1 2 3\nf 3 2 1\n", Map.of());
        assertThat(mesh.normals())
                .usingComparatorWithPrecision(1e-6f)
                .containsExactly(0, 0, 1, 0, 0, 1, 0, 0, 1, 0, 0, -1, 0, 0, -1, 0, 0, -1);
        Mesh written = ObjReader.read(SQUARE + "vn 0 3 4\nvn 0 0 0\nf 1//1 2//1 3//2\n", Map.of());
        assertThat(written.normals()).containsExactly(0, 0.6f, 0.8f, 0, 0.6f, 0.8f, 0, 0, 1);
    }

    @Test
    void usesGreyForMissingMaterials() {
        var red = new Material("red", 1, 0, 0, 1, Texture.white());
        Mesh mesh = ObjReader.read(SQUARE + "f 1 2 3\nusemtl red\nf 1 2 3\nusemtl lost\nf 1 2 3\n", Map.of("red", red));
        assertThat(mesh.materials().get(mesh.materialOf()[0]).red()).isEqualTo(0.8f);
        assertThat(mesh.materials().get(mesh.materialOf()[1])).isEqualTo(red);
        assertThat(mesh.materials().get(mesh.materialOf()[2])).isEqualTo(Material.missing("lost"));
    }

    @Test
    void namesItsLibraries() {
        assertThat(ObjReader.libraries("# x\nmtllib a b.mtl\r\nmtllib c.mtl\n")).containsExactly("a b.mtl", "c.mtl");
    }

    @Test
    void saysWhichLineIsBroken() {
        assertThatThrownBy(() -> ObjReader.read("v 1 2 3\nv 1 2\n", Map.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("OBJ line 2 \"v 1 2\": expected 3 numbers");
    }

    @Test
    void fitsTheCatalogueSizeAfterTurning() {
        // A quarter turn about y: x becomes -z, z becomes x.
        double[] quarter = {0, 0, 1, 0, 1, 0, -1, 0, 0};
        Mesh mesh = ObjReader.read("v 5 5 5\nv 9 5 5\nv 9 6 5\nv 5 5 7\nf 1 2 3\nf 1 2 4\n", Map.of())
                .placed(quarter, 0.5, 2, 3);
        assertThat(mesh.bounds()).containsExactly(-0.25f, 0, -1.5f, 0.25f, 2, 1.5f);
        float[] n = mesh.normals();
        for (int i = 0; i < n.length; i += 3) {
            assertThat(Math.sqrt(n[i] * n[i] + n[i + 1] * n[i + 1] + n[i + 2] * n[i + 2]))
                    .isBetween(0.999, 1.001);
        }
    }

    @Test
    void readsMaterials() {
        var checker = Texture.of(new java.awt.image.BufferedImage(2, 2, java.awt.image.BufferedImage.TYPE_INT_ARGB));
        Map<String, Material> read = MtlReader.read("""
                newmtl plain
                Kd 0.1 0.2 0.3
                d 0.4
                newmtl  spaced name
                Kd 0 0 0
                Tr 0.25
                map_Kd -s 1 1 1 wood.png
                newmtl odd
                Kd x NaN 7
                """, path -> path.equals("wood.png") ? checker : Texture.white());
        assertThat(read).containsOnlyKeys("plain", "spaced name", "odd");
        assertThat(read.get("plain")).isEqualTo(new Material("plain", 0.1f, 0.2f, 0.3f, 0.4f, Texture.white()));
        // Black beside a texture means the texture alone.
        assertThat(read.get("spaced name")).isEqualTo(new Material("spaced name", 1, 1, 1, 0.75f, checker));
        assertThat(read.get("odd")).isEqualTo(new Material("odd", 0.8f, 0.8f, 1, 1, Texture.white()));
        assertThat(checker.hasCutouts()).isTrue();
        assertThat(Texture.white().hasCutouts()).isFalse();
    }
}
