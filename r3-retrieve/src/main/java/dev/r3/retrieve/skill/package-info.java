/**
 * Skills and the libraries they come from: JSONL files and folders of SKILL.md files.
 *
 * <p>Reading order: {@link dev.r3.retrieve.skill.Skill}, {@link
 * dev.r3.retrieve.skill.SkillLibrary}, then {@code SkillFolder} (what is read of a folder, and what
 * is not, because skills come from strangers) and {@code SkillFile} (one SKILL.md).
 */
@NullMarked
package dev.r3.retrieve.skill;

import org.jspecify.annotations.NullMarked;
