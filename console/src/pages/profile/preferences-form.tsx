/** Theme, language, and how many images are shown and how large: shown at once, and kept with the account for every browser. */
import { useQuery } from "@tanstack/react-query";
import { preferencesQuery } from "@/api/preferences";
import { CHOICES_OF_LANGUAGE, useChoosePreferences } from "@/app/account-preferences";
import { Fault } from "@/app/fault";
import { PAGE_SIZES, shownPageSize } from "@/app/page-sizes";
import { THEMES, THUMBNAIL_SIZES } from "@/app/preferences";
import { useThumbnailSize } from "@/pages/labeling/thumbnail-size";
import { useText } from "@/text/text";
import { Field, Select } from "@/ui/field";
import styles from "./profile.module.css";

const STEP = 8;

export function PreferencesForm() {
  const text = useText();
  const kept = useQuery(preferencesQuery);
  const choose = useChoosePreferences();
  const size = useThumbnailSize();
  if (kept.error) return <Fault error={kept.error} retry={() => void kept.refetch()} />;
  if (!kept.data) return null;
  const languages = {
    system: text("theme.system"),
    en: "English",
    zh: "中文",
  };
  return (
    <div className={styles.form}>
      <Field label={text("theme.title")}>
        {(ids) => (
          <Select
            {...ids}
            value={kept.data.theme}
            onChange={(theme) => choose({ theme })}
            options={THEMES.map((theme) => ({ value: theme, label: text(`theme.${theme}`) }))}
          />
        )}
      </Field>
      <Field label={text("language.title")}>
        {(ids) => (
          <Select
            {...ids}
            value={kept.data.language}
            onChange={(language) => choose({ language })}
            options={CHOICES_OF_LANGUAGE.map((each) => ({ value: each, label: languages[each] }))}
          />
        )}
      </Field>
      <Field label={text("labeling.thumbnailSize")} hint={text("profile.pixels", { size })}>
        {(ids) => (
          <input
            {...ids}
            type="range"
            min={THUMBNAIL_SIZES.smallest}
            max={THUMBNAIL_SIZES.largest}
            step={STEP}
            value={size}
            onChange={(event) => choose({ thumbnail_size: Number(event.target.value) })}
          />
        )}
      </Field>
      <Field label={text("pages.size")}>
        {(ids) => (
          <Select
            {...ids}
            value={String(shownPageSize(kept.data.page_size))}
            onChange={(size) => choose({ page_size: Number(size) })}
            options={PAGE_SIZES.map((each) => ({ value: String(each), label: text("pages.sizeOf", { size: each }) }))}
          />
        )}
      </Field>
    </div>
  );
}
