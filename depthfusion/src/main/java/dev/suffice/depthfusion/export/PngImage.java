package dev.suffice.depthfusion.export;

import dev.suffice.depthfusion.Texture;
import java.awt.Transparency;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.DataBufferByte;
import java.awt.image.DataBufferUShort;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import javax.imageio.ImageIO;

/** PNG files of plain arrays, without a copy of them. */
final class PngImage {
    private PngImage() {}

    /** 8-bit RGB. */
    static byte[] rgb(Texture texture) throws IOException {
        var width = texture.width();
        var data = new DataBufferByte(texture.rgb(), texture.rgb().length);
        return encode(
                Raster.createInterleavedRaster(data, width, texture.height(), 3 * width, 3, new int[] {0, 1, 2}, null),
                ColorSpace.getInstance(ColorSpace.CS_sRGB));
    }

    /** 16-bit grey. */
    static byte[] grey(int width, int height, short[] values) throws IOException {
        var data = new DataBufferUShort(values, values.length);
        return encode(
                Raster.createInterleavedRaster(data, width, height, width, 1, new int[] {0}, null),
                ColorSpace.getInstance(ColorSpace.CS_GRAY));
    }

    private static byte[] encode(WritableRaster raster, ColorSpace colours) throws IOException {
        var type = raster.getTransferType() == DataBuffer.TYPE_USHORT ? DataBuffer.TYPE_USHORT : DataBuffer.TYPE_BYTE;
        var model = new ComponentColorModel(colours, false, false, Transparency.OPAQUE, type);
        var bytes = new ByteArrayOutputStream(raster.getWidth() * raster.getHeight());
        if (!ImageIO.write(new BufferedImage(model, raster, false, null), "png", bytes)) {
            throw new IOException("no PNG writer for this picture");
        }
        return bytes.toByteArray();
    }
}
