package io.silverspark.jobs.config;

/** How {@code pretrain} learns from texts without labels. */
public enum PretrainMethod {
  /** Denoising auto-encoder: the sentence from the embedding of its damaged copy. */
  TSDAE("TSDAE"),
  /** Masked language model: hidden tokens from those around them. */
  MLM("masked language model"),
  /** Multiple negatives ranking on (text, text), which differ by dropout alone. */
  SIMCSE("SimCSE");

  private final String title;

  PretrainMethod(String title) {
    this.title = title;
  }

  /** What model cards and reports call it. */
  public String title() {
    return title;
  }
}
