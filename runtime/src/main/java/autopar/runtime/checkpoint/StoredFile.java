package autopar.runtime.checkpoint;

/** A safetensors file of a checkpoint as the manifest knows it; digest as {@link FileDigest}. */
record StoredFile(String file, long size, String crc32c) {}
