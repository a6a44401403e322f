//! Words of titles and texts in several languages. All names are invented.

/// The words of one language. A title is a subject, an action and an ending.
pub struct Language {
    /// Who acts. `{place}` stands for one of the places.
    pub subjects: &'static [&'static str],
    /// What they do, with the space before it.
    pub actions: &'static [&'static str],
    /// The end of a title, with the space or comma before it. `{number}` stands for a number.
    pub endings: &'static [&'static str],
    /// Places, which are also the topics of events.
    pub places: &'static [&'static str],
    /// Sentences of the text.
    pub sentences: &'static [&'static str],
    /// What separates two sentences.
    pub space: &'static str,
    /// Newspapers and their hosts.
    pub newspapers: &'static [(&'static str, &'static str)],
}

/// The languages of an archive.
pub const LANGUAGES: &[Language] = &[ENGLISH, CHINESE, GERMAN, FRENCH, RUSSIAN];

const ENGLISH: Language = Language {
    subjects: &[
        "The dockworkers of {place}",
        "Engineers at the waterworks of {place}",
        "The councillors of {place}",
        "Teachers at three schools in {place}",
        "The owners of the tramway in {place}",
    ],
    actions: &[
        " reject the timetable of the new night ferries",
        " accept a plan to repair the old harbour wall",
        " ask for a survey of the bridges over the Aure",
        " agree to share the cost of the new lighthouse",
        " publish the accounts of the flood relief fund",
    ],
    endings: &[
        " after {number} letters from residents",
        " at a meeting with {number} guests",
        " while {number} people wait outside",
        " and present {number} signatures",
    ],
    places: &["Port Merrow", "Quill Bay", "Karsten", "Pell", "Saint Elo", "Hochmunde"],
    sentences: &[
        "The decision takes effect at the end of the month, unless the regional court objects.",
        "A spokesman of the harbour office declines to comment before the hearing on Thursday.",
        "Two earlier attempts ended without a result.",
        "Residents had waited for an answer since the floods of last spring.",
    ],
    space: " ",
    newspapers: &[
        ("Harbour Courier", "courier.example"),
        ("Quill Bay Post", "post.quillbay.example"),
        ("Merrow Radio", "radio.example"),
    ],
};

const CHINESE: Language = Language {
    subjects: &[
        "{place}港口码头工人代表大会",
        "{place}市自来水厂的工程师们",
        "{place}市议会多数派议员",
        "{place}三所中学的教师",
        "{place}有轨电车公司股东",
    ],
    actions: &[
        "否决新的夜间渡轮时刻表草案",
        "同意修复旧港防波堤的五年计划",
        "要求对河上所有桥梁进行安全检查",
        "决定分担新灯塔的全部建造费用",
        "公布水灾救济基金的年度账目",
    ],
    endings: &[
        "，此前共收到居民来信{number}封",
        "，共有{number}名来宾出席会议",
        "，场外有{number}人等候结果",
        "，并提交{number}个签名",
    ],
    places: &["墨罗港", "鹅毛湾", "卡斯滕", "佩尔", "圣埃洛", "高口"],
    sentences: &[
        "该决定将于本月底生效，除非地方法院提出异议。",
        "港务局发言人拒绝在星期四的听证会之前发表评论。",
        "此前两次尝试均未取得结果。",
        "自去年春天的水灾以来，居民一直在等待答复。",
    ],
    space: "",
    newspapers: &[
        ("港口信使报", "xinshi.example"),
        ("鹅毛湾邮报", "youbao.example"),
        ("墨罗广播电台", "guangbo.example"),
    ],
};

const GERMAN: Language = Language {
    subjects: &[
        "Die Hafenarbeiter von {place}",
        "Ingenieure des Wasserwerks von {place}",
        "Die Ratsmitglieder von {place}",
        "Lehrkräfte an drei Schulen in {place}",
        "Die Eigentümer der Straßenbahn in {place}",
    ],
    actions: &[
        " lehnen den Fahrplan der neuen Nachtfähren ab",
        " billigen den Plan für die alte Hafenmauer",
        " fordern eine Prüfung der Brücken über die Aure",
        " teilen sich die Kosten für den neuen Leuchtturm",
        " veröffentlichen die Bilanz des Hochwasserfonds",
    ],
    endings: &[
        " nach {number} Briefen von Anwohnern",
        " vor {number} geladenen Gästen",
        ", während draußen {number} Menschen warten",
        " und legen {number} Unterschriften vor",
    ],
    places: &["Grauhafen", "Kleinmühl", "Bad Osk", "Hochmünde", "Süderau"],
    sentences: &[
        "Der Beschluss gilt ab Ende des Monats, sofern das Gericht nicht widerspricht.",
        "Ein Sprecher des Hafenamts will sich vor der Anhörung am Donnerstag nicht äußern.",
        "Zwei frühere Versuche blieben ohne Ergebnis.",
        "Seit dem Hochwasser im Frühjahr hatten die Anwohner auf eine Antwort gewartet.",
    ],
    space: " ",
    newspapers: &[
        ("Hafenkurier", "hafenkurier.example"),
        ("Neue Grauhafener Zeitung", "zeitung.grauhafen.example"),
        ("Osker Bote", "bote.example"),
    ],
};

const FRENCH: Language = Language {
    subjects: &[
        "Les dockers de {place}",
        "Les ingénieurs du service des eaux de {place}",
        "Les conseillers municipaux de {place}",
        "Des professeurs de trois écoles de {place}",
        "Les propriétaires du tramway de {place}",
    ],
    actions: &[
        " refusent les horaires des nouveaux bacs de nuit",
        " acceptent la réparation de la vieille digue du port",
        " demandent une étude des ponts sur l'Aure",
        " partagent le coût du nouveau phare de la baie",
        " publient les comptes du fonds d'aide aux sinistrés",
    ],
    endings: &[
        " après {number} lettres de riverains",
        " devant {number} invités",
        " tandis que {number} personnes attendent dehors",
        " et présentent {number} signatures",
    ],
    places: &["Saint-Élo", "Montbrécy", "Aure-sur-Mer", "Vieux-Pell", "Châtelmer"],
    sentences: &[
        "La décision prend effet à la fin du mois, sauf opposition du tribunal.",
        "Le porte-parole du port ne souhaite pas s'exprimer avant l'audience de jeudi.",
        "Deux tentatives précédentes étaient restées sans résultat.",
        "Les riverains attendaient une réponse depuis les inondations du printemps.",
    ],
    space: " ",
    newspapers: &[
        ("Le Courrier du port", "courrier.example"),
        ("L'Écho de l'Aure", "echo.aure.example"),
        ("Radio Châtelmer", "radio.chatelmer.example"),
    ],
};

const RUSSIAN: Language = Language {
    subjects: &[
        "Докеры порта {place}",
        "Инженеры города {place}",
        "Депутаты города {place}",
        "Учителя города {place}",
    ],
    actions: &[
        " отклонили график новых ночных паромов",
        " одобрили план ремонта старой дамбы",
        " потребовали проверки всех мостов",
        " оплатили строительство нового маяка",
    ],
    endings: &[
        ", получив {number} писем",
        " на встрече, где было {number} гостей",
        " и собрали {number} подписей",
    ],
    places: &["Мерроу", "Карстен", "Пелл", "Тихая Гавань"],
    sentences: &[
        "Решение вступит в силу в конце месяца, если суд не возразит.",
        "Представитель порта отказался от комментариев до слушаний в четверг.",
        "Две прежние попытки не дали результата.",
        "Жители ждали ответа с прошлогоднего весеннего паводка.",
    ],
    space: " ",
    newspapers: &[("Портовый вестник", "vestnik.example"), ("Голос Мерроу", "golos.example")],
};
