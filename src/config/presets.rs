//! The presets: settings for kinds of archives, which apply where `dateline.toml` gives none.

/// Returns whether the text of a `config.toml` is the configuration of Zola (`true`) or of Hugo (`false`), or
/// `None` if it is neither.
#[must_use]
pub fn is_zola_config(text: &str) -> Option<bool> {
    let table: toml::Table = toml::from_str(text).ok()?;
    let has = |key: &str| table.keys().any(|known| known.eq_ignore_ascii_case(key));
    if table.contains_key("base_url") { Some(true) } else { has("baseURL").then_some(false) }
}

/// A kind of archive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Preset {
    /// Pages whose headings have the date and the title.
    Gazette,
    /// Posts of the site generator Jekyll.
    Jekyll,
    /// Posts of the site generator Hugo.
    Hugo,
    /// Posts of the site generator Zola.
    Zola,
    /// Articles of the site generator Pelican.
    Pelican,
    /// Agendas and minutes of meetings.
    Minutes,
}

impl Preset {
    /// All presets. The first one is the default.
    pub const ALL: [Self; 6] =
        [Self::Gazette, Self::Jekyll, Self::Hugo, Self::Zola, Self::Pelican, Self::Minutes];

    /// The names of all presets.
    pub const NAMES: [&'static str; 6] = {
        let mut names = [""; 6];
        let mut index = 0;
        while index < names.len() {
            names[index] = Self::ALL[index].name();
            index += 1;
        }
        names
    };

    /// Returns the name in the settings.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Gazette => "gazette",
            Self::Jekyll => "jekyll",
            Self::Hugo => "hugo",
            Self::Zola => "zola",
            Self::Pelican => "pelican",
            Self::Minutes => "minutes",
        }
    }

    /// Returns the preset with this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|preset| preset.name() == name)
    }

    /// Returns the settings of the preset, as the text of a settings file.
    #[must_use]
    pub fn settings(self) -> &'static str {
        match self {
            Self::Gazette => "",
            Self::Jekyll => include_str!("presets/jekyll.toml"),
            Self::Hugo => include_str!("presets/hugo.toml"),
            Self::Zola => include_str!("presets/zola.toml"),
            Self::Pelican => include_str!("presets/pelican.toml"),
            Self::Minutes => include_str!("presets/minutes.toml"),
        }
    }

    /// Returns the addresses of the site that belong to no page, according to the settings of the preset.
    #[must_use]
    pub fn generated(self) -> Vec<String> {
        let settings = toml::from_str::<toml::Table>(self.settings()).unwrap_or_default();
        let list = || settings.get("site")?.get("generated")?.as_array();
        let texts = list().into_iter().flatten().filter_map(toml::Value::as_str);
        texts.map(str::to_owned).collect()
    }
}
