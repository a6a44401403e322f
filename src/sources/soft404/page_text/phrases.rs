//! Phrases and hosts by which error pages, walls and parked domains are recognized.

/// Phrases in the titles of error pages in languages that put spaces between words. They are in lower
/// case, with spaces for everything that is neither a letter nor a digit.
#[rustfmt::skip]
pub(super) const ERROR_WORDS: &[&str] = &[
    "not found", "not be found", "t be found", "cannot be found", "can t find", "couldn t find",
    "not exist", "t exist", "no longer exists", "not available", "no longer available", "page gone",
    "page missing", "missing page", "page unavailable", "page removed", "has been removed",
    "has been deleted", "nothing found", "nothing here", "error", "oops",
    "nicht gefunden", "nicht verfügbar", "nicht mehr verfügbar", "nicht vorhanden",
    "existiert nicht", "fehler", "introuvable", "non trouvée", "non trouvé", "n existe pas",
    "n existe plus", "pas disponible", "plus disponible", "non disponible", "erreur",
    "no encontrada", "no encontrado", "no se encontró", "no se encuentra", "no existe",
    "no disponible", "no está disponible", "não encontrada", "não encontrado",
    "não foi encontrada", "não existe", "não disponível", "não está disponível", "indisponível",
    "erro", "non trovata", "non trovato", "non esiste", "non è disponibile", "errore",
    "niet gevonden", "niet beschikbaar", "niet meer beschikbaar", "bestaat niet", "foutmelding",
    "не найдена", "не найден", "не найдено", "не существует", "недоступна", "ошибка",
    "не знайдено", "помилка", "nie znaleziono", "nie została znaleziona", "nie istnieje", "błąd",
    "hittades inte", "finns inte", "ikke fundet", "findes ikke", "ikke funnet", "finnes ikke",
    "ei löydy", "nenalezena", "neexistuje", "nem található", "δεν βρέθηκε", "bulunamadı",
    "tidak ditemukan", "không tìm thấy", "नहीं मिला", "에러", "غير موجودة", "غير موجود",
    "لم يتم العثور", "غير متوفرة", "خطأ", "یافت نشد", "پیدا نشد", "לא נמצא", "שגיאה",
];
/// Phrases in the titles or first words of bot challenges and consent pages, written as in `ERROR_WORDS`.
#[rustfmt::skip]
pub(super) const WALL_WORDS: &[&str] = &[
    "just a moment", "checking your browser", "attention required", "are you a robot",
    "are you human", "you are human", "not a robot", "security check", "ddos protection",
    "access denied", "request blocked", "unusual traffic", "captcha", "enable javascript",
    "enable cookies", "before you continue", "bot verification", "verifying your browser",
];
/// Phrases in the titles of error pages in languages that put no spaces between words or add endings to
/// words.
#[rustfmt::skip]
pub(super) const ERROR_RUNS: &[&str] = &[
    "找不到", "未找到", "没有找到", "沒有找到", "不存在", "已删除", "已刪除", "已被删除", "已被刪除",
    "错误", "錯誤", "出错了", "出錯了", "見つかりません", "存在しません", "ページがありません",
    "エラー", "찾을 수 없", "찾을수 없", "찾을수없", "존재하지 않", "삭제된 페이지", "오류", "ไม่พบ",
];
/// Phrases that follow the name of a domain in the title of an offer to sell it.
#[rustfmt::skip]
pub(super) const FOR_SALE: &[&str] = &[
    " is for sale", " for sale", " ist zu verkaufen", " steht zum verkauf", " est à vendre",
    " está en venta", " está à venda", " è in vendita", " is te koop", " продается", " продаётся",
];
/// Services that park or sell domains, except those that also host ordinary sites.
#[rustfmt::skip]
pub(super) const PARKING_HOSTS: &[&str] = &[
    "above.com", "afternic.com", "bodis.com", "brandbucket.com", "buydomains.com",
    "cashparking.com", "d38psrni17bvxu.cloudfront.net", "dan.com", "domainmarket.com",
    "domainnamesales.com", "domainsponsor.com", "dsnextgen.com", "efty.com", "hugedomains.com",
    "namedrive.com", "parkingcrew.net", "parkingpage.namecheap.com", "parklogic.com", "perfectdomain.com",
    "rookmedia.net", "sedo.com", "sedoparking.com", "skenzo.com", "smartname.com",
    "trafficz.com", "undeveloped.com",
];
