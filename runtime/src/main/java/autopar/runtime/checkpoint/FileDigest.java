package autopar.runtime.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.zip.CRC32C;

/**
 * How long a file is, and its CRC-32C. It guards against damage, not against forgers: processors
 * compute it faster than disks read, it finds every error within 32 bits, and misses one in 2^32 of
 * all others. A cryptographic hash would cost several times the processor time for nothing more.
 *
 * @param size in bytes
 * @param crc32c 8 lower-case hexadecimal digits
 */
public record FileDigest(long size, String crc32c) {

  private static final int CHUNK_BYTES = 1 << 20;

  /** The digest of a file as it is now. */
  static FileDigest of(Path file) throws IOException {
    CRC32C checksum = new CRC32C();
    long size = 0;
    try (FileChannel channel = FileChannel.open(file)) {
      int chunkBytes = (int) Math.clamp(channel.size(), 1, CHUNK_BYTES);
      ByteBuffer chunk = ByteBuffer.allocateDirect(chunkBytes);
      while (channel.read(chunk) >= 0) {
        chunk.flip();
        size += chunk.remaining();
        checksum.update(chunk);
        chunk.clear();
      }
    }
    return new FileDigest(size, hex(checksum));
  }

  static String hex(CRC32C checksum) {
    return HexFormat.of().toHexDigits((int) checksum.getValue());
  }
}
