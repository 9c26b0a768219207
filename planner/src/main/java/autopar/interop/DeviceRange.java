package autopar.interop;

/** The positions [first, first + width) of a {@link DeviceLine}. */
record DeviceRange(int first, int width) {}
